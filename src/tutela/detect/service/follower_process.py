"""The follower as a process of its own, and the supervisor's hold on it: one that ends is started again.

The same process delivers the web-hooks: there is exactly one of it for a data folder.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tutela.detect.service.changes import ChangeLog
from tutela.detect.service.figure_sums import TELL_SECONDS, tell
from tutela.detect.service.follower import FAULT_SECONDS, Follower
from tutela.detect.service.hook_endpoints import Endpoint
from tutela.detect.service.hook_opening import deliver, open_hooks
from tutela.detect.service.hooks import BROKEN_SECONDS, DELIVERIES
from tutela.detect.service.log_opening import Hidden, open_log
from tutela.detect.service.shelf import Shelf
from tutela.kernel.errors import TutelaError, Unavailable
from tutela.kernel.log import declare_words, get_logger
from tutela.kernel.metrics import Metrics, NullMetrics, PrometheusMetrics

#: Seconds between looks whether the follower is alive: a replica may be behind for a second at most.
LOOK_SECONDS = 0.1
#: Longest pause in seconds before one that keeps ending is started again.
PAUSE_SECONDS_MAX = 5.0
#: Seconds in which a follower ends by itself when it is asked to: a merge under way is finished.
END_SECONDS = 10.0
#: Seconds that a delivery in hand gets to end; cut off, it is made again by the next process.
DELIVERY_SECONDS = 3.0

declare_words("follower_started", "follower_ended", "hooks_unavailable", "change_log_unavailable")
_log = get_logger("service")


@dataclass(frozen=True, kw_only=True, slots=True)
class Receivers:
    """Who gets web-hooks: endpoints, private networks they may be in (``hook_opening.open_hooks``).

    Into the folder ``figures`` goes what became of the deliveries, for whoever of the service is scraped.
    """

    endpoints: tuple[Endpoint, ...] = ()
    open_networks: tuple[str, ...] = ()
    figures: Path | None = None


#: Without web-hooks nobody is told.
NOBODY = Receivers()


def follow(folder: str, parent_pid: int, receivers: Receivers, place: Hidden | None = None) -> None:
    """Works in what is new in the change log of ``folder`` until SIGTERM, or until its parent is gone.

    The log is that of ``log_opening.open_log``; a database that is away at first is waited for. What waits
    for the receivers of web-hooks is delivered meanwhile. An error of ours is one line of stderr, status 1.
    """
    try:
        _follow(Path(folder), parent_pid, receivers, place)
    except TutelaError as error:
        raise SystemExit(f"error: follower: {error.public_message()}") from error


def _follow(folder: Path, parent_pid: int, receivers: Receivers, place: Hidden | None) -> None:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the supervisor gets it too, and ends us in order
    threading.Thread(target=_end_with, args=(parent_pid, stop), daemon=True).start()
    delivering = threading.Thread(target=_keep_delivering, args=(folder, receivers, place, stop), daemon=True)
    with closing(open_log(place, folder)) as log:
        if not _reached(log, stop):
            return
        with Follower(log, folder) as follower:
            delivering.start()
            follower.run(stop)
    delivering.join(DELIVERY_SECONDS)


def _reached(log: ChangeLog, stop: threading.Event) -> bool:
    """True once the log says which one it is; False when ``stop`` was set before."""
    is_said = False
    while not stop.is_set():
        try:
            return bool(log.identity)
        except TutelaError:
            if not is_said:
                _log.error("change_log_unavailable")
            is_said = True
            stop.wait(FAULT_SECONDS)
    return False


def _keep_delivering(folder: Path, receivers: Receivers, place: Hidden | None, stop: threading.Event) -> None:
    """Delivers until ``stop`` is set; a queue that cannot be opened is tried again, lists go on meanwhile."""
    with _counted(receivers, stop) as metrics:
        while not stop.is_set():
            try:
                _deliver(folder, receivers, place, metrics, stop)
            except TutelaError:
                _log.error("hooks_unavailable")
                stop.wait(BROKEN_SECONDS)


@contextmanager
def _counted(receivers: Receivers, stop: threading.Event) -> Iterator[Metrics]:
    """Where deliveries are counted; what was counted is told every second, and once more at the end."""
    if receivers.figures is None or not receivers.endpoints:
        yield NullMetrics()
        return
    metrics = PrometheusMetrics([DELIVERIES])
    telling = threading.Thread(
        target=_keep_telling, args=(receivers.figures, metrics, stop), name="tutela-figures", daemon=True
    )
    telling.start()
    yield metrics
    telling.join()
    _tell(receivers.figures, metrics)


def _keep_telling(figures: Path, metrics: PrometheusMetrics, stop: threading.Event) -> None:
    while not stop.wait(TELL_SECONDS):
        _tell(figures, metrics)


def _tell(figures: Path, metrics: PrometheusMetrics) -> None:
    try:
        tell(figures, metrics.exposition())
    except OSError:
        _log.error("figures_unwritten")


def _deliver(
    folder: Path, receivers: Receivers, place: Hidden | None, metrics: Metrics, stop: threading.Event
) -> None:
    with ExitStack() as opened:
        hooks = opened.enter_context(
            closing(
                open_hooks(
                    folder, receivers.endpoints, open_networks=receivers.open_networks, metrics=metrics
                )
            )
        )
        log = opened.enter_context(closing(open_log(place, folder)))
        deliver(hooks, log, opened.enter_context(closing(Shelf(folder))), stop)


def _end_with(parent_pid: int, stop: threading.Event) -> None:
    """Sets ``stop`` when the supervisor is gone: another one would wait for our lock for ever."""
    while not stop.wait(LOOK_SECONDS):
        if os.getppid() != parent_pid:
            stop.set()


class FollowerProcess:
    """The one follower of a data folder, kept alive. A context manager; its thread is a daemon."""

    def __init__(self, folder: Path, receivers: Receivers = NOBODY, place: Hidden | None = None) -> None:
        self._told = (str(folder), os.getpid(), receivers, place)
        self._spawn = multiprocessing.get_context("spawn")
        self._stop = threading.Event()
        self._process = self._started()
        self._watcher = threading.Thread(target=self._watch, name="tutela-follower", daemon=True)
        self._watcher.start()

    @property
    def pid(self) -> int:
        """The process at this moment."""
        return self._process.pid or 0

    def close(self) -> None:
        """Has the follower finish what it is doing, and ends it. Safe to call twice."""
        self._stop.set()
        self._watcher.join()
        self._process.terminate()
        self._process.join(END_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _started(self) -> multiprocessing.process.BaseProcess:
        process = self._spawn.Process(target=follow, args=self._told, name="tutela-follower", daemon=True)
        try:
            process.start()
        except OSError as error:
            raise Unavailable("the follower could not be started") from error
        _log.info("follower_started")
        return process

    def _watch(self) -> None:
        pause_seconds = LOOK_SECONDS
        while not self._stop.wait(pause_seconds):
            if self._process.is_alive():
                pause_seconds = LOOK_SECONDS
                continue
            _log.error("follower_ended", code=self._process.exitcode or 0)
            pause_seconds = min(2 * pause_seconds, PAUSE_SECONDS_MAX)
            try:
                self._process = self._started()
            except TutelaError:  # no memory or no process left at present: tried again
                _log.exception("follower_unstarted")
