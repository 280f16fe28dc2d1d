"""How far a scan is, for people: rate and remaining time on the terminal, or nothing at all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from tutela.detect.scan.shapes import Finding, ScanFile
from tutela.kernel.clock import Clock, SystemClock

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

#: Seconds between two repaints: slower than the eye, cheap for a scan of millions.
REPAINT_SECONDS = 0.25


class NullProgress:
    """Says nothing."""

    def found(self, findings: Sequence[Finding]) -> None:
        """Nothing."""

    def finished(self, files: int, size_bytes: int) -> None:
        """Nothing."""


class Counted:
    """Files and bytes of all sources, counted in a thread of its own while the scan already runs.

    ``done`` is False while it counts; the numbers only grow. Counting ends when ``stop`` is called.
    """

    def __init__(self, files: Callable[[], Iterable[ScanFile]]) -> None:
        self.files = self.size_bytes = 0
        self.done = False
        self._files, self._stopped = files, threading.Event()
        self._thread = threading.Thread(target=self._count, name="scan-count", daemon=True)

    def start(self) -> None:
        """Begins to count."""
        self._thread.start()

    def stop(self) -> None:
        """Ends counting."""
        self._stopped.set()
        self._thread.join()

    def _count(self) -> None:
        for file in self._files():
            if self._stopped.is_set():
                return
            self.files += 1
            self.size_bytes += file.size_bytes
        self.done = True


def remaining_seconds(*, seconds: float, done: tuple[int, int], total: tuple[int, int]) -> float | None:
    """Seconds still needed, from (files, bytes) done and in all; None while nothing can be said.

    Small files cost their number, films and disk images their bytes: the slower of the two shares counts.
    """
    shares = [part / whole for part, whole in zip(done, total, strict=True) if whole > 0]
    if not shares or min(shares) <= 0 or seconds < 1:
        return None
    return max(0.0, seconds * (1 / min(*shares, 1.0) - 1))


class TerminalProgress:
    """One live line on standard error: files, rate, what was met, remaining time."""

    def __init__(self, console: Console, counted: Counted, *, clock: Clock | None = None) -> None:
        self._console, self._counted, self._clock = console, counted, clock or SystemClock()
        self._files = self._size_bytes = self._met = self._unread = 0
        self._live: Any = None
        self._began = self._painted = self._clock.monotonic_seconds()

    def __enter__(self) -> TerminalProgress:
        from rich.live import Live

        self._live = Live(self._text(), console=self._console, auto_refresh=False, transient=True)
        self._live.start()
        self._counted.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._counted.stop()
        self._live.stop()

    def found(self, findings: Sequence[Finding]) -> None:
        """Counts what was met, and repaints."""
        self._met += sum(finding.met for finding in findings)
        self._unread += sum(finding.unread for finding in findings)
        self._repaint()

    def finished(self, files: int, size_bytes: int) -> None:
        """Counts, and repaints now and then."""
        self._files += files
        self._size_bytes += size_bytes
        self._repaint()

    def _repaint(self) -> None:
        now = self._clock.monotonic_seconds()
        if self._live is not None and now - self._painted >= REPAINT_SECONDS:
            self._painted = now
            self._live.update(self._text(), refresh=True)

    def _text(self) -> Text:
        from rich.text import Text

        return Text(self.line(), no_wrap=True, overflow="ellipsis")

    def line(self) -> str:
        """The line as it stands: files, rate, what met a list, what could not be read, remaining time."""
        seconds = self._clock.monotonic_seconds() - self._began
        rate = self._files / seconds if seconds > 0 else 0.0
        counted = self._counted
        total = f"{counted.files:,}" if counted.done else f"{counted.files:,}+"
        left = remaining_seconds(
            seconds=seconds,
            done=(self._files, self._size_bytes),
            total=(counted.files, counted.size_bytes),
        )
        unread = f" · {self._unread:,} unread" if self._unread else ""
        span = f"{render_span(left)} left" if counted.done else "counting"
        return f"{self._files:,} of {total} files · {rate:,.0f}/s · {self._met:,} met{unread} · {span}"


def render_span(seconds: float | None) -> str:
    """A span for people: ``42 s``, ``7 min 05 s``, ``3 h 12 min``, or ``unknown time``."""
    if seconds is None:
        return "unknown time"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600:,} h {whole % 3600 // 60:02d} min"
