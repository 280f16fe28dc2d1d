"""Web-hooks in memory with one receiver, ``desk``, and what waits for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.detect.service import making
from tutela.detect.service.hook_courier import RecordingCourier
from tutela.detect.service.hook_endpoints import Endpoint
from tutela.detect.service.hook_queue import WAITING_MAX, HookQueue
from tutela.detect.service.hook_signing import new_secret
from tutela.detect.service.hooks import Hooks
from tutela.kernel.clock import FixedClock


@contextmanager
def opened(*, waiting_max: int = WAITING_MAX, **wish: Any) -> Iterator[Hooks]:
    """Hooks whose one receiver has these wishes (role, lists, callers)."""
    desk = Endpoint(name="desk", url="https://desk.example/in", secrets=(new_secret(),), **wish)
    with HookQueue(None, waiting_max=waiting_max) as queue:
        yield Hooks([desk], queue, RecordingCourier(), clock=FixedClock(making.START))


def letters(hooks: Hooks) -> list[dict[str, Any]]:
    """``data`` of every message that waits, the oldest first."""
    found = []
    now_seconds = making.START.timestamp() + 1
    while claimed := hooks.queue.claim("desk", now_seconds):
        found += [json.loads(one.letter.body)["data"] for one in claimed]
    return found
