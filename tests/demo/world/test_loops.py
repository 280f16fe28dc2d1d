"""A loop in a thread; sockets on several addresses."""

from __future__ import annotations

import asyncio
import threading

import pytest

from tutela.demo.world.loops import LoopThread, bound
from tutela.kernel.errors import Conflict, Unavailable


def test_what_runs_on_it_answers_and_ends_with_it() -> None:
    loop = LoopThread("a-test")
    ended = threading.Event()

    async def wait() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    async def begin() -> str:
        waiting = asyncio.ensure_future(wait())
        await asyncio.sleep(0)
        return "still waiting" if not waiting.done() else "done"

    assert loop.call(begin()) == "still waiting"
    loop.close()
    assert ended.is_set()
    assert loop.loop.is_closed()


def test_one_port_on_many_addresses() -> None:
    sockets = bound(["127.77.0.61", "127.77.0.62", "127.77.0.63"], 0)
    try:
        assert len({one.getsockname()[1] for one in sockets}) == 1
        with pytest.raises(Conflict, match="not free"):
            bound(["127.77.0.60", "127.77.0.62"], sockets[0].getsockname()[1])
    finally:
        for one in sockets:
            one.close()


def test_an_address_that_the_machine_has_not_is_said() -> None:
    with pytest.raises(Unavailable, match="Linux"):
        bound(["192.0.2.1"], 0)
