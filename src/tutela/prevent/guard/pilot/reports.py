"""The bytes that a person sees and that go, and no others: everything told so far, as plain text.

One form: JSON with sorted names, two spaces, a line feed. Each report holds all that the one before held, so
that a lost one does no harm. ``proof`` is HMAC-SHA-256 under a key that follows from the code, over the same
text without it, so that nobody who runs the receiving server can make a report up.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tutela.kernel.formats import check_version
from tutela.prevent.guard.person.counters import CELLS, Day
from tutela.prevent.guard.pilot.codes import Code
from tutela.prevent.guard.pilot.shapes import Answered, Event, Left
from tutela.prevent.guard.pilot.state import State
from tutela.prevent.guard.pilot.versions import parse_mark

#: Version of the form.
FORMAT = 1
#: Bytes of the longest report: counts of 13 months have some 60 kB.
REPORT_BYTES_MAX = 256 * 1024
#: What is counted, as it stands in a report.
CELL_NAMES = tuple(f"{path}/{tier}" for path, tier in CELLS)
_NAMES = {"format", "study", "person", "number", "agreed", "answers", "events", "counts", "left", "proof"}
#: The largest count of one record of the device (``person.counters``), times 24 hours.
_COUNT_MAX = 24 * (2**32 - 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """The counts of one day under one release with one set of lists, in the order of ``CELL_NAMES``."""

    day: date
    release: str
    lists: str
    counts: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """A report as the clinic reads it."""

    study: str
    person: str
    number: int
    answers: tuple[Answered, ...]
    events: tuple[Event, ...]
    counts: tuple[Counts, ...]
    left: Left | None


def report_bytes(state: State, days: Sequence[Day], *, keep_nothing: bool) -> bytes:
    """The next report of this state. In *keep nothing* it holds the answers to questions and nothing else.

    Counts are those from the day of the consent to the day of leaving.
    """
    sends = {"answers"} & set(state.study.sends) if keep_nothing else set(state.study.sends)
    since, until = state.agreed.day, state.left.day if state.left else date.max
    row = {
        "format": FORMAT,
        "study": state.code.study,
        "person": state.code.person,
        "number": state.sent + 1,
        "agreed": {"text": state.agreed.text, "study": state.agreed.study},
        "answers": [_answered_row(one) for one in state.answers] if "answers" in sends else [],
        "events": [_event_row(one) for one in state.events] if "events" in sends else [],
        "counts": [_day_row(one) for one in days if since <= one.day <= until] if "counts" in sends else [],
        "left": _left_row(state.left) if "leaving" in sends and state.left else None,
    }
    return _text({**row, "proof": _proof(row, state.code)})


def parse_report(untrusted_bytes: bytes, codes: Mapping[str, Code]) -> Report:
    """The report of these bytes; ``codes`` by person. Raises ValueError for anything that was not made with
    one of them, or that ``report_bytes`` would not have written so.
    """
    if len(untrusted_bytes) > REPORT_BYTES_MAX:
        raise ValueError(f"a report has at most {REPORT_BYTES_MAX} bytes")
    row = _row(untrusted_bytes)
    check_version("the report", row["format"], reads=FORMAT)
    code = codes.get(row["person"]) if isinstance(row["person"], str) else None
    if code is None or row["study"] != code.study:
        raise ValueError("nobody of this study made the report")
    rest = {name: value for name, value in row.items() if name != "proof"}
    if not hmac.compare_digest(str(row["proof"]).encode(), _proof(rest, code).encode()):
        raise ValueError("the report was not made with its person's code")
    try:
        return _report(row)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("the report is not as reports are written") from error


def _row(untrusted_bytes: bytes) -> dict[str, Any]:
    try:
        row = json.loads(untrusted_bytes)
        if isinstance(row, dict) and set(row) == _NAMES and _text(row) == untrusted_bytes:
            return row
    except RecursionError:  # nested without end; whoever has a code could send that
        pass
    raise ValueError("a report has its names, and one form")


def _report(row: Mapping[str, Any]) -> Report:
    if type(row["number"]) is not int or row["number"] < 1:
        raise ValueError("number: from 1 on")
    return Report(
        study=row["study"],
        person=row["person"],
        number=row["number"],
        answers=tuple(_answered(one) for one in row["answers"]),
        events=tuple(_event(one) for one in row["events"]),
        counts=tuple(_day(one) for one in row["counts"]),
        left=None if row["left"] is None else _left(row["left"]),
    )


def _text(row: Mapping[str, Any]) -> bytes:
    return (json.dumps(row, indent=2, sort_keys=True) + "\n").encode("ascii")


def _proof(row: Mapping[str, Any], code: Code) -> str:
    return hmac.digest(code.key, _text(row), "sha256").hex()


def _answered_row(one: Answered) -> Mapping[str, Any]:
    return {
        "moment": one.moment,
        "day": one.day.isoformat(),
        "version": one.version,
        "answers": dict(one.answers),
    }


def _answered(row: Mapping[str, Any]) -> Answered:
    return Answered(
        moment=row["moment"],
        day=date.fromisoformat(row["day"]),
        version=row["version"],
        answers=dict(row["answers"]),
    )


def _event_row(one: Event) -> Mapping[str, Any]:
    return {"day": one.day.isoformat(), "kind": one.kind, "severity": one.severity}


def _event(row: Mapping[str, Any]) -> Event:
    return Event(day=date.fromisoformat(row["day"]), kind=row["kind"], severity=row["severity"])


def _left_row(one: Left) -> Mapping[str, Any]:
    return {"day": one.day.isoformat(), "reason": one.reason}


def _left(row: Mapping[str, Any]) -> Left:
    return Left(day=date.fromisoformat(row["day"]), reason=row["reason"])


def _day_row(one: Day) -> Mapping[str, Any]:
    release, lists = parse_mark(one.release)
    counts = {name: one.counts[cell] for name, cell in zip(CELL_NAMES, CELLS, strict=True)}
    return {"day": one.day.isoformat(), "release": release, "lists": lists, "counts": counts}


def _day(row: Mapping[str, Any]) -> Counts:
    counts = row["counts"]
    if set(counts) != set(CELL_NAMES):
        raise ValueError(f"counts: {', '.join(CELL_NAMES)}")
    if not all(type(one) is int and 0 <= one <= _COUNT_MAX for one in counts.values()):
        raise ValueError("a count is a whole number")
    mark = f"{row['release']}+{row['lists']}" if row["lists"] else row["release"]
    release, lists = parse_mark(mark)
    return Counts(
        day=date.fromisoformat(row["day"]),
        release=release,
        lists=lists,
        counts=tuple(counts[name] for name in CELL_NAMES),
    )
