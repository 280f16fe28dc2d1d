"""A run of the kit on a matcher in memory, with a clock that only pauses move."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from tutela.detect.service.conformance.kit import Kit, Options
from tutela.detect.service.conformance.results import Outcome, Sheet
from tutela.detect.service.conformance.samples import PlainSamples
from tutela.detect.service.conformance.shapes.contract import Subject
from tutela.detect.service.conformance.shapes.memory import MemorySubject
from tutela.detect.service.conformance.suite import run_suite
from tutela.kernel.clock import FixedClock

START = datetime(2026, 11, 22, tzinfo=UTC)
FEW = Options(pictures=3, many=40, askers=2, wait_seconds=5)


def kit_of(subject: Subject, options: Options = FEW) -> Kit:
    clock = FixedClock(START)
    return Kit(subject=subject, samples=PlainSamples(), options=options, clock=clock, pause=clock.advance)


def run(subject: Subject, options: Options = FEW) -> Sheet:
    return run_suite(kit_of(subject, options), "http://matcher.example:80")


def failed(sheet: Sheet) -> set[str]:
    return {row.check for row in sheet.rows if row.status == "failed"}


def outcomes(check: Callable[[Kit], Iterable[Outcome]], subject: Subject | None = None) -> list[Outcome]:
    return list(check(kit_of(subject or MemorySubject())))
