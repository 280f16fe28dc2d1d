"""A match service whose lists live in a folder: each change is applied as soon as it is written down."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tests.detect.service import making
from tutela.detect.service.app import build
from tutela.detect.service.changes import Draft, MemoryChangeLog
from tutela.detect.service.follower import Follower
from tutela.detect.service.hook_bodies import ListNews, steady_message
from tutela.detect.service.hook_courier import RecordingCourier
from tutela.detect.service.hook_endpoints import Endpoint
from tutela.detect.service.hook_queue import HookQueue
from tutela.detect.service.hook_signing import new_secret
from tutela.detect.service.hooks import Hooks
from tutela.detect.service.running import Service
from tutela.detect.service.shelf import Shelf
from tutela.kernel.clock import Clock, FixedClock

with warnings.catch_warnings():  # it asks for httpx2, and does the same with the httpx that is here
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

LIST = "/v1/lists/hotline"
ENTRY = f"{LIST}/entries/ent_1"


class FollowedLog(MemoryChangeLog):
    """A log that lets its follower work at once, unless it is paused."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        super().__init__(clock=clock)
        self.follower = Follower(self, folder, clock=clock)
        self.paused = False

    def append(self, draft: Draft) -> int:
        sequence = super().append(draft)
        if not self.paused:
            self.follower.step()
        return sequence


@dataclass(kw_only=True)
class Living:
    """The service and what stands behind it."""

    service: Service
    log: FollowedLog
    shelf: Shelf
    clock: Clock

    def client(self, token: str = "curate") -> TestClient:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return TestClient(build(self.service), headers=headers, raise_server_exceptions=False)

    def close(self) -> None:
        self.log.follower.close()
        self.shelf.close()
        self.service.close()


def living(folder: Path, clock: Clock | None = None) -> Living:
    """A service without a list yet; tokens are the names of the roles."""
    clock = FixedClock(making.START) if clock is None else clock
    shelf = Shelf(folder, clock=clock)
    log = FollowedLog(folder, clock)
    service = making.service(lists=cast(Any, shelf), clock=clock, hooks=hooks(clock))
    service.log = log
    return Living(service=service, log=log, shelf=shelf, clock=clock)


def hooks(clock: Clock) -> Hooks:
    """Two receivers: ``desk`` is told of matches, ``audit`` wanted no more after its first letter."""
    desk = Endpoint(
        name="desk", url="https://desk.example/in", secrets=(new_secret(),), kinds=("match.found",)
    )
    audit = Endpoint(
        name="audit", url="https://audit.example/in", secrets=(new_secret(),), kinds=("list.changed",)
    )
    found = Hooks([desk, audit], HookQueue(None), RecordingCourier(outcomes=[410]), clock=clock)
    news = ListNews(list="hotline", version="1", change=1, act="create")
    found.list_changed(news, message=steady_message("example", 1))
    found.step("audit")
    return found
