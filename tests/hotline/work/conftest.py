"""A clock of the tests' own, handlers that are forgotten again, and one worker's claim."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from tutela.hotline.work import actions
from tutela.hotline.work.claims import Claim
from tutela.hotline.work.handlers import Handler, forget, register
from tutela.kernel.clock import FixedClock


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 3, 1, 12, 0, tzinfo=UTC))


@pytest.fixture
def handle() -> Iterator[Callable[..., Handler]]:
    """Registers a handler for the length of one test."""
    made: list[str] = []

    def registered(kind: str = "toy", **facts: Any) -> Handler:
        handler = Handler(kind=kind, **facts)
        register(handler)
        made.append(kind)
        return handler

    yield registered
    for kind in made:
        forget(kind)


@pytest.fixture
def put(clock: FixedClock, handle: Callable[..., Handler]) -> Callable[..., None]:
    """Puts a toy job in a transaction of its own."""
    handle()

    def one(**facts: Any) -> None:
        with transaction.atomic():
            actions.put(facts.pop("kind", "toy"), facts.pop("arguments", {}), clock=clock, **facts)

    return one


@pytest.fixture
def claim(clock: FixedClock) -> Callable[..., Claim | None]:
    """What a worker gets."""

    def one(worker: str = "ann", kinds: tuple[str, ...] = ("toy",), **facts: Any) -> Claim | None:
        return actions.claim_next(worker, kinds, clock=clock, **facts)

    return one


@pytest.fixture
def held(put: Callable[..., None], claim: Callable[..., Claim | None]) -> Claim:
    """A job in a worker's hands."""
    put(arguments={"item": "itm_x"}, key="toy:itm_x")
    found = claim()
    assert found is not None
    return found
