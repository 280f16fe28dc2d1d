"""How far a replica is: ``applied.json`` of its data folder, written by the follower, read by everybody.

The file's time of change says when the follower last had nothing left to do.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from tutela.detect.matching.headers import parse_moment, render_moment
from tutela.detect.matching.sections import replace_file
from tutela.detect.service.standing import Hold, as_fields, parse_hold, render_hold, whole
from tutela.kernel.errors import Conflict, Invalid, Refused, TutelaError, Unavailable
from tutela.kernel.formats import check_version

#: Name of the file in the data folder, and of the folder of the lists.
APPLIED, LISTS = "applied.json", "lists"
#: Version of the file (decisions.md section 12: the files of release n-1 are read).
APPLIED_VERSION = 1
#: Problems of changes that are kept for those who wait for them; a caller waits 2 s (design of the service).
PROBLEMS_MAX = 2_048
#: How often the follower says that it has nothing left to do, in seconds.
HEARTBEAT_SECONDS = 0.5
#: Age of that word, in seconds, up to which a replica counts as up to date: two heartbeats and a little.
FRESH_SECONDS = 1.2
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FAMILIES: Mapping[str, type[TutelaError]] = {
    family.code: family for family in (Invalid, Refused, Conflict, Unavailable)
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Why a change was not applied, or not yet (``held``): family of the error, field and message."""

    sequence: int
    code: str
    message: str
    field: str = ""
    held: bool = False

    def as_error(self) -> TutelaError:
        """The error it was."""
        family = _FAMILIES.get(self.code, Unavailable)
        return Invalid(self.message, field=self.field) if family is Invalid else family(self.message)


def problem_of(sequence: int, error: TutelaError, *, held: bool = False) -> Problem:
    """The problem of a change that raised ``error``."""
    place = error.field if isinstance(error, Invalid) else ""
    return Problem(sequence=sequence, code=error.code, message=error.message, field=place, held=held)


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """What the file says. ``log`` is the identity of the change log, ``lists`` the last change of each list.

    Problems of changes up to ``forgotten`` are no longer kept.
    """

    log: str = ""
    sequence: int = 0
    lists: Mapping[str, datetime] = field(default_factory=dict)
    holds: Mapping[str, Hold] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    forgotten: int = 0
    #: When the change ``sequence`` was made: tells a log that was taken back to an older state and went on.
    made: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Applied:
    """How far this replica is: number of the last change that is live, seconds behind, holds by list.

    ``behind_seconds`` is 0.0 while the follower says often enough that nothing is left to do. ``seen`` is the
    last change that every list which is asked from now on in this process is sure to show.
    """

    sequence: int
    behind_seconds: float
    holds: Mapping[str, Hold]
    seen: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of one change: applied, or the problem; ``held`` ones are applied after a release."""

    applied: bool
    problem: TutelaError | None = None
    held: bool = False


def outcome_of(progress: Progress, sequence: int) -> Outcome | None:
    """What became of a change; None when it is not live yet."""
    if progress.sequence < sequence:
        return None
    found = next((one for one in progress.problems if one.sequence == sequence), None)
    if found is not None:
        return Outcome(applied=False, problem=found.as_error(), held=found.held)
    if sequence <= progress.forgotten:
        return Outcome(applied=False, problem=Unavailable("what became of the change is no longer kept"))
    return Outcome(applied=True)


def render_progress(progress: Progress) -> bytes:
    """The file's content; ``parse_progress`` is the inverse."""
    fields: dict[str, Any] = {
        "v": APPLIED_VERSION,
        "log": progress.log,
        "sequence": progress.sequence,
        "made": render_moment(progress.made),
        "forgotten": progress.forgotten,
        "lists": {name: render_moment(changed) for name, changed in progress.lists.items()},
        "holds": {name: render_hold(hold) for name, hold in progress.holds.items()},
        "problems": [[one.sequence, one.code, one.field, one.message, one.held] for one in progress.problems],
    }
    return json.dumps(fields).encode()


def parse_progress(payload: bytes) -> Progress:
    """The progress of a file. Raises ValueError for what no release wrote."""
    fields = as_fields(_load(payload))
    log, problems = fields.get("log"), fields.get("problems")
    check_version(APPLIED, fields.get("v"), reads=APPLIED_VERSION)
    if not isinstance(log, str) or not isinstance(problems, list):
        raise ValueError("applied.json names no change log, or no problems")
    return Progress(
        log=log,
        sequence=whole(fields, "sequence"),
        made=parse_moment(fields.get("made")),
        forgotten=whole(fields, "forgotten"),
        lists={name: _moment(changed) for name, changed in as_fields(fields.get("lists")).items()},
        holds={name: parse_hold(hold) for name, hold in as_fields(fields.get("holds")).items()},
        problems=tuple(_problem(one) for one in problems),
    )


def _load(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except (UnicodeDecodeError, RecursionError) as error:
        raise ValueError("applied.json is not JSON") from error


def _moment(untrusted: object) -> datetime:
    moment = parse_moment(untrusted)
    if moment is None:
        raise ValueError("a list without the time of its last change")
    return moment


def _problem(untrusted: object) -> Problem:
    kinds = (int, str, str, str, bool)
    if not isinstance(untrusted, list) or [type(one) for one in untrusted[: len(kinds)]] != list(kinds):
        raise ValueError("a problem of applied.json is of the wrong kind")
    sequence, code, place, message, held = untrusted[: len(kinds)]
    return Problem(sequence=sequence, code=code, field=place, message=message, held=held)


def read_progress(folder: Path) -> Progress:
    """What the file of the data folder says; nothing when there is none. Raises ValueError, OSError."""
    try:
        return parse_progress((folder / APPLIED).read_bytes())
    except FileNotFoundError:
        return Progress()


def write_progress(folder: Path, progress: Progress, caught_up: datetime) -> None:
    """Returns when it is on disk, with ``caught_up`` as the last moment when nothing was left to do.

    Raises OSError; what stood there stays then.
    """
    payload = render_progress(progress)

    def write(stream: BinaryIO) -> None:
        stream.write(payload)
        stream.flush()
        os.utime(stream.fileno(), ns=_times(caught_up))

    replace_file(folder / APPLIED, write)


def touch(folder: Path, caught_up: datetime) -> None:
    """Says that at ``caught_up`` nothing was left to do. Raises OSError."""
    os.utime(folder / APPLIED, ns=_times(caught_up))


def last_touched(folder: Path) -> datetime | None:
    """When nothing was left to do for the last time, as the file says; None without one. Raises OSError."""
    try:
        return _EPOCH + timedelta(microseconds=(folder / APPLIED).stat().st_mtime_ns // 1_000)
    except FileNotFoundError:
        return None


def _times(moment: datetime) -> tuple[int, int]:
    nanoseconds = (moment - _EPOCH) // timedelta(microseconds=1) * 1_000
    return nanoseconds, nanoseconds
