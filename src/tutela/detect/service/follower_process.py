"""The follower as a process of its own, and the supervisor's hold on it: one that ends is started again.

The same process delivers the web-hooks: there is exactly one of it for a data folder.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from types import TracebackType
from typing import Self

from tutela.detect.service.assembly import CHANGES
from tutela.detect.service.follower import Follower
from tutela.detect.service.hook_endpoints import Endpoint
from tutela.detect.service.hook_opening import deliver, open_hooks
from tutela.detect.service.hooks import BROKEN_SECONDS
from tutela.detect.service.shelf import Shelf
from tutela.detect.service.sqlite_log import SqliteChangeLog
from tutela.kernel.errors import TutelaError, Unavailable
from tutela.kernel.log import declare_words, get_logger

#: Seconds between looks whether the follower is alive: a replica may be behind for a second at most.
LOOK_SECONDS = 0.1
#: Longest pause in seconds before one that keeps ending is started again.
PAUSE_SECONDS_MAX = 5.0
#: Seconds in which a follower ends by itself when it is asked to: a merge under way is finished.
END_SECONDS = 10.0
#: Seconds that a delivery in hand gets to end; cut off, it is made again by the next process.
DELIVERY_SECONDS = 3.0

declare_words("follower_started", "follower_ended", "hooks_unavailable")
_log = get_logger("service")


def follow(
    folder: str, parent_pid: int, endpoints: Sequence[Endpoint] = (), open_networks: Sequence[str] = ()
) -> None:
    """Works in what is new in the change log of ``folder`` until SIGTERM, or until its parent is gone.

    What waits for the ``endpoints`` of web-hooks is delivered meanwhile (``hook_opening.open_hooks``).
    """
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the supervisor gets it too, and ends us in order
    threading.Thread(target=_end_with, args=(parent_pid, stop), daemon=True).start()
    delivering = threading.Thread(
        target=_keep_delivering, args=(Path(folder), endpoints, open_networks, stop), daemon=True
    )
    log = SqliteChangeLog(Path(folder) / CHANGES)
    try:
        with Follower(log, Path(folder)) as follower:
            delivering.start()
            follower.run(stop)
    finally:
        log.close()
    delivering.join(DELIVERY_SECONDS)


def _keep_delivering(
    folder: Path, endpoints: Sequence[Endpoint], open_networks: Sequence[str], stop: threading.Event
) -> None:
    """Delivers until ``stop`` is set; a queue that cannot be opened is tried again, lists go on meanwhile."""
    while not stop.is_set():
        try:
            _deliver(folder, endpoints, open_networks, stop)
        except TutelaError:
            _log.error("hooks_unavailable")
            stop.wait(BROKEN_SECONDS)


def _deliver(
    folder: Path, endpoints: Sequence[Endpoint], open_networks: Sequence[str], stop: threading.Event
) -> None:
    with ExitStack() as opened:
        hooks = opened.enter_context(closing(open_hooks(folder, endpoints, open_networks=open_networks)))
        log = opened.enter_context(closing(SqliteChangeLog(folder / CHANGES)))
        deliver(hooks, log, opened.enter_context(closing(Shelf(folder))), stop)


def _end_with(parent_pid: int, stop: threading.Event) -> None:
    """Sets ``stop`` when the supervisor is gone: another one would wait for our lock for ever."""
    while not stop.wait(LOOK_SECONDS):
        if os.getppid() != parent_pid:
            stop.set()


class FollowerProcess:
    """The one follower of a data folder, kept alive. A context manager; its thread is a daemon."""

    def __init__(
        self, folder: Path, endpoints: Sequence[Endpoint] = (), open_networks: Sequence[str] = ()
    ) -> None:
        self._told = (str(folder), os.getpid(), tuple(endpoints), tuple(open_networks))
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
            self._process = self._started()
            pause_seconds = min(2 * pause_seconds, PAUSE_SECONDS_MAX)
