"""tutela's own match service, whole, on a loopback port: real sandbox, real lists, a follower in place.

Changes are applied as they are acknowledged, by the follower that the log itself drives; everything else is
what ``tutela serve match`` puts together.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock, Thread

from tests.serving import served
from tutela.detect.scan.recipe import Recipe
from tutela.detect.service.app import build
from tutela.detect.service.applied import HEARTBEAT_SECONDS
from tutela.detect.service.assembly import TOKENS, assembled
from tutela.detect.service.changes import Draft, MemoryChangeLog
from tutela.detect.service.follower import Follower
from tutela.detect.service.roles import CallerLimits
from tutela.detect.service.settings import HmaSettings, ServiceSettings
from tutela.detect.service.token_file import Wanted, issue
from tutela.kernel.clock import SystemClock

NAME = "conformance"


@dataclass(frozen=True, kw_only=True)
class Own:
    """Where the service answers and the token that may do everything there."""

    url: str
    token: str
    folder: Path


class FollowedLog(MemoryChangeLog):
    """A change log whose follower applies each change at once."""

    def __init__(self, folder: Path) -> None:
        super().__init__(clock=SystemClock())
        self.follower = Follower(self, folder, clock=SystemClock())
        self._one_at_a_time = Lock()

    def append(self, draft: Draft) -> int:
        with self._one_at_a_time:
            sequence = super().append(draft)
            self.follower.step()
            return sequence

    def rest(self, stop: Event) -> None:
        """Says until ``stop`` that nothing is left to do, without which a replica counts as behind."""
        while not stop.wait(HEARTBEAT_SECONDS):
            with self._one_at_a_time:
                self.follower.step()


@contextmanager
def own_service(folder: Path) -> Iterator[Own]:
    """A running service over the empty data folder ``folder``, with every shape switched on.

    The rate of its one token is raised openly; the query watch holds as it does for everybody.
    """
    clock = SystemClock()
    limits = CallerLimits(queries_per_second=10_000, raised=True)
    wanted = Wanted(
        name=NAME, roles=("detail", "curate"), purpose="test of the conformance kit", days=1, limits=limits
    )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    token, _ = issue(folder / TOKENS, wanted, clock.now())
    log = FollowedLog(folder)
    settings = ServiceSettings(hma=HmaSettings(enabled=True), arachnid_enabled=True)
    service = assembled(settings, Recipe(profile="web"), folder, log=log)
    stop = Event()
    resting = Thread(target=log.rest, args=(stop,))
    resting.start()
    try:
        with served(build(service)) as url:
            yield Own(url=url, token=token, folder=folder)
    finally:
        stop.set()
        resting.join()
        log.follower.close()
        service.close()
