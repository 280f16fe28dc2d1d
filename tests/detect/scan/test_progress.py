"""Progress for people: honest remaining time, counting beside the scan, a line that names no path."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tutela.detect.scan.progress import (
    Counted,
    NullProgress,
    TerminalProgress,
    remaining_seconds,
    render_span,
)
from tutela.detect.scan.shapes import Finding, ScanFile
from tutela.kernel.clock import FixedClock


@pytest.mark.parametrize(
    ("done", "total", "expected"),
    [
        ((50, 500), (100, 1_000), 10.0),  # half of both
        ((90, 500), (100, 1_000), 10.0),  # many small files first: the bytes decide
        ((50, 900), (100, 1_000), 10.0),  # one large film first: the files decide
        ((100, 1_000), (100, 1_000), 0.0),
        ((120, 1_000), (100, 1_000), 0.0),  # members or new files: never negative
        ((0, 0), (100, 1_000), None),
        ((5, 0), (0, 0), None),
        ((5, 0), (10, 0), 10.0),  # only empty files
    ],
)
def test_remaining_time_follows_the_slower_share(
    done: tuple[int, int], total: tuple[int, int], expected: float | None
) -> None:
    found = remaining_seconds(seconds=10.0, done=done, total=total)
    assert found == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "unknown time"), (0.4, "0 s"), (59.4, "59 s"), (60, "1 min 00 s"), (425, "7 min 05 s"),
     (11_520, "3 h 12 min"), (360_000, "100 h 00 min")],
)  # fmt: skip
def test_a_span_is_written_for_people(seconds: float | None, text: str) -> None:
    assert render_span(seconds) == text


def test_counting_runs_beside_and_can_be_stopped() -> None:
    released = threading.Event()

    def files() -> Iterator[ScanFile]:
        yield ScanFile(path="a", size_bytes=5)
        released.wait(5)
        yield from (ScanFile(path="b", size_bytes=7) for _ in range(10**9))

    counted = Counted(files)
    counted.start()
    released.set()
    counted.stop()
    assert counted.files >= 1
    assert not counted.done


def test_the_line_says_how_far_and_how_long_and_no_path() -> None:
    from rich.console import Console

    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    counted = Counted(lambda: [ScanFile(path=f"/secret/{n}", size_bytes=10) for n in range(40)])
    with TerminalProgress(Console(quiet=True), counted, clock=clock) as progress:
        counted._thread.join()
        clock.advance(10)
        progress.finished(10, 100)
        progress.found([
            Finding(path="/secret/1", member=None, sha256=None, status="known", reason=""),
            Finding(path="/secret/2", member=None, sha256=None, status="refused", reason=""),
        ])  # fmt: skip
        line = progress.line()
    assert line == "10 of 40 files · 1/s · 1 met · 1 unread · 30 s left"


def test_nobody_is_told_nothing() -> None:
    silent = NullProgress()
    silent.finished(1, 2)
    silent.found([])
