"""Pictures that wait for a media worker: in their order, several at once, and whatever happens to one."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

import anyio
import pytest

from tests.detect.media.opening import opened
from tests.pictures import jpeg, landscape
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.media.shapes import Ask, Examined
from tutela.detect.service.admission import Admission, AdmissionRules
from tutela.detect.service.lane import AT_ONCE, Lane
from tutela.detect.service.problems import Busy


async def in_thread(function: Callable[[], Any]) -> Any:
    return await anyio.to_thread.run_sync(function)


class FakeUnderway:
    """Files that are examined when ``finish`` is called; a socket tells when."""

    patience_seconds = 5.0

    def __init__(self, fds: Sequence[int]) -> None:
        self.fds, self.abandoned = fds, False
        self._ours, self._theirs = socket.socketpair()

    def finish(self) -> None:
        self._theirs.close()

    def fileno(self) -> int:
        return self._ours.fileno()

    def heard(self) -> bool:
        return True

    def ended(self) -> list[Examined]:
        self._ours.close()
        return [
            Examined(member=None, size_bytes=fd, md5=b"", sha1=b"", sha256=b"", trouble=None)
            for fd in self.fds
        ]

    def abandon(self) -> None:
        self.abandoned = True
        self._ours.close()
        self._theirs.close()


class FakePool:
    """Remembers what was begun; while ``refusing`` everything has to go into a thread."""

    def __init__(self) -> None:
        self.begun: list[FakeUnderway] = []
        self.refusing = False

    def begin(self, files: Sequence[tuple[int, object]], _ask: Ask) -> Any:
        if self.refusing:
            return None
        self.begun.append(FakeUnderway([fd for fd, _ in files]))
        return self.begun[-1]


class Asked:
    """Turns that are asked for at once, and what they got."""

    def __init__(self, pool: Any, *, workers: int = 1, wait_seconds_max: float = 5.0) -> None:
        self.admission = Admission(AdmissionRules(wait_seconds_max=wait_seconds_max))
        self.lane = Lane(pool, Ask(), workers=workers, admission=self.admission, in_thread=in_thread)
        self.got: dict[int, Any] = {}
        self.alone: list[int] = []

    async def ask(self, fd: int) -> None:
        try:
            async with self.lane.turn(fd, lambda form: None) as examined:
                if examined is None:
                    self.alone.append(fd)
                    await anyio.sleep(0.01)
                self.got[fd] = examined and examined.size_bytes
        except Busy:
            self.got[fd] = "busy"


async def soon(reached: Callable[[], object]) -> None:
    with anyio.fail_after(5):
        while not reached():
            await anyio.sleep(0.001)


def test_what_waits_goes_together_and_in_order() -> None:
    pool = FakePool()

    async def run() -> Asked:
        asked = Asked(pool)
        async with anyio.create_task_group() as group:
            for fd in range(1, 8):
                group.start_soon(asked.ask, fd)
            for number in range(3):
                await soon(lambda number=number: len(pool.begun) > number)  # type: ignore[misc]
                pool.begun[number].finish()
        return asked

    asked = anyio.run(run)
    assert [list(one.fds) for one in pool.begun] == [[1], [2, 3, 4, 5], [6, 7]]
    assert AT_ONCE == 4
    assert asked.got == {fd: fd for fd in range(1, 8)}
    assert asked.admission.waiting == 0


def test_each_worker_has_a_group_of_its_own() -> None:
    pool = FakePool()

    async def run() -> None:
        asked = Asked(pool, workers=2)
        async with anyio.create_task_group() as group:
            for fd in (1, 2, 3):
                group.start_soon(asked.ask, fd)
            await soon(lambda: len(asked.lane._queue) == 1)
            assert [list(one.fds) for one in pool.begun] == [[1], [2]]
            pool.begun[0].finish()
            await soon(lambda: len(pool.begun) == 3)
            pool.begun[1].finish()
            pool.begun[2].finish()

    anyio.run(run)


def test_one_that_needs_a_thread_keeps_the_others_waiting_and_they_go_on_after_it() -> None:
    pool = FakePool()
    pool.refusing = True

    async def run() -> Asked:
        asked = Asked(pool)
        async with anyio.create_task_group() as group:
            for fd in (1, 2, 3):
                group.start_soon(asked.ask, fd)
            await soon(lambda: asked.alone)
            assert asked.alone == [1]
            pool.refusing = False
            await soon(lambda: pool.begun)
            pool.begun[0].finish()
        return asked

    asked = anyio.run(run)
    assert asked.got == {1: None, 2: 2, 3: 3}


def test_who_waits_too_long_is_told_to_come_back_and_leaves_no_gap() -> None:
    pool = FakePool()

    async def run() -> Asked:
        asked = Asked(pool, wait_seconds_max=0.05)
        async with anyio.create_task_group() as group:
            group.start_soon(asked.ask, 1)
            group.start_soon(asked.ask, 2)
            await soon(lambda: asked.got.get(2) == "busy")
            group.start_soon(asked.ask, 3)
            await soon(lambda: asked.lane._queue)
            pool.begun[0].finish()
            await soon(lambda: len(pool.begun) == 2)
            pool.begun[1].finish()
        return asked

    assert anyio.run(run).got == {1: 1, 2: "busy", 3: 3}


def test_a_leader_that_is_cancelled_gives_its_group_back() -> None:
    pool = FakePool()

    async def run() -> Asked:
        asked = Asked(pool)
        async with anyio.create_task_group() as group:
            group.start_soon(asked.ask, 1)
            await soon(lambda: pool.begun)
            with anyio.CancelScope() as leading:
                async with anyio.create_task_group() as inner:
                    inner.start_soon(asked.ask, 2)
                    await soon(lambda: asked.lane._queue)
                    group.start_soon(asked.ask, 3)
                    await soon(lambda: len(asked.lane._queue) == 2)
                    pool.begun[0].finish()
                    await soon(lambda: len(pool.begun) == 2)
                    leading.cancel()
            await soon(lambda: 3 in asked.got)
            group.start_soon(asked.ask, 4)
            await soon(lambda: len(pool.begun) == 3)
            pool.begun[2].finish()
        return asked

    asked = anyio.run(run)
    assert pool.begun[1].abandoned
    assert asked.got == {1: 1, 3: None, 4: 4}


def test_one_that_waits_and_is_cancelled_is_not_begun() -> None:
    pool = FakePool()

    async def run() -> None:
        asked = Asked(pool)
        async with anyio.create_task_group() as group:
            group.start_soon(asked.ask, 1)
            await soon(lambda: pool.begun)
            with anyio.move_on_after(0.02):
                await asked.ask(2)
            pool.begun[0].finish()
            await soon(lambda: asked.got)
        assert len(pool.begun) == 1
        assert asked.lane._free == 1

    anyio.run(run)


@pytest.mark.parametrize("count", [1, 9])
def test_real_workers_answer_as_examine_does(count: int) -> None:
    data = [jpeg(landscape(seed, 96, 64), quality=80) for seed in range(count)]
    rules = PoolRules(worker_items_max=5, recheck_share_percent=0.0)
    with MediaPool(rules) as pool, ExitStack() as files:
        fds = [files.enter_context(opened(one)) for one in data]
        wanted = [pool.examine(fd, Ask(), lambda form: None) for fd in fds]

        async def run() -> list[Examined | None]:
            asked = Asked(pool)
            found: dict[int, Examined | None] = {}

            async def ask(fd: int) -> None:
                async with asked.lane.turn(fd, lambda form: None) as examined:
                    found[fd] = examined

            async with anyio.create_task_group() as group:
                for fd in fds:
                    group.start_soon(ask, fd)
            return [found[fd] for fd in fds]

        got = anyio.run(run)
    assert all(one in (None, true) for one, true in zip(got, wanted, strict=True))
