"""Sealed reports to rows: one for each person who was enrolled, whether they ever sent anything or not."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tutela.kernel.errors import Invalid
from tutela.prevent.guard.pilot.office import Enrolled, Office
from tutela.prevent.guard.pilot.questions import MOMENTS, Answers, check_answers, questions_at
from tutela.prevent.guard.pilot.reports import CELL_NAMES, Report, parse_report
from tutela.prevent.guard.pilot.wire import Frame, open_frame


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A person who was enrolled, and their last report; None where none is here."""

    enrolled: Enrolled
    report: Report | None

    def answer(self, item: str, moment: str) -> int | None:
        """What was answered then; None where it was skipped or nothing came."""
        told = self.report.answers if self.report else ()
        return next((one.answers.get(item) for one in told if one.moment == moment), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """The rows, and how many files were no report of somebody enrolled."""

    rows: tuple[Row, ...]
    unread: int


def open_all(office: Office, frames: Iterable[Frame]) -> Opened:
    """Every report opened; of each person the last one counts. Raises Refused, Unavailable."""
    study, private = office.study(), office.opens()
    codes = {one.code.person: one.code for one in office.places()}
    last: dict[str, Report] = {}
    unread = 0
    for frame in frames:
        try:
            report = parse_report(open_frame(frame, study=study.name, private=private), codes)
        except ValueError:
            unread += 1
            continue
        if report.number >= (last[report.person].number if report.person in last else 0):
            last[report.person] = report
    enrolled = office.enrolled()
    unread += len(last.keys() - {one.person for one in enrolled})
    return Opened(
        rows=tuple(Row(enrolled=one, report=last.get(one.person)) for one in enrolled), unread=unread
    )


def rows_csv(rows: Sequence[Row]) -> str:
    """The rows as a table: a column for each question at each moment, events, counts by cell, versions."""
    asked = [(moment, one.name) for moment in MOMENTS[:4] for one in questions_at(moment)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    head = ["person", "site", "number", "arm", "reports", "left", "events", "worst"]
    writer.writerow([*head, *(f"{moment}.{item}" for moment, item in asked), "days", *CELL_NAMES, "versions"])
    writer.writerows(_cells(row, asked) for row in rows)
    return out.getvalue()


def _cells(row: Row, asked: Sequence[tuple[str, str]]) -> list[Any]:
    one, report = row.enrolled, row.report
    events = report.events if report else ()
    counts = report.counts if report else ()
    return [
        one.person,
        one.site,
        one.number,
        one.arm,
        report.number if report else 0,
        report.left.reason if report and report.left else "",
        len(events),
        max((event.severity for event in events), default=0),
        *("" if (told := row.answer(item, moment)) is None else told for moment, item in asked),
        len({day.day for day in counts}),
        *(sum(day.counts[place] for day in counts) for place in range(len(CELL_NAMES))),
        " ".join(sorted({f"{day.release}+{day.lists}" for day in counts})),
    ]


def professionals(untrusted_csv: str) -> tuple[Answers, ...]:
    """The answers of professionals, a row each, with the questions' names above. Raises Invalid."""
    names = [one.name for one in questions_at("professional")]
    lines = list(csv.reader(untrusted_csv.splitlines()))
    if not lines or lines[0] != names:
        raise Invalid(f"the first line is {','.join(names)}", field="professionals")
    return tuple(_professional(names, line, number) for number, line in enumerate(lines[1:], 2))


def _professional(names: Sequence[str], line: Sequence[str], number: int) -> Answers:
    place = f"professionals, line {number}"
    if len(line) != len(names):
        raise Invalid(f"{len(names)} answers", field=place)
    try:
        told = {name: int(cell) if cell.strip() else None for name, cell in zip(names, line, strict=True)}
        return check_answers("professional", told)
    except (ValueError, Invalid) as error:
        raise Invalid("whole numbers from 0 to 4, or nothing", field=place) from error
