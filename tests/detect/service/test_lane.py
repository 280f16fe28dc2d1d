"""Pictures that wait for a media worker: in their order, several at once, and whatever happens to one."""

from __future__ import annotations

import asyncio
import gc
import weakref

import anyio
import pytest

from tests.detect.service.lanes import Asked, FakePool, examined, finish, job, soon
from tutela.detect.media.shapes import Examined
from tutela.detect.service.lane import AT_ONCE
from tutela.detect.service.problems import Busy
from tutela.kernel.errors import Unavailable


def test_what_waits_goes_together_and_in_order() -> None:
    pool = FakePool()

    async def run() -> Asked:
        asked = Asked(pool)
        async with anyio.create_task_group() as group:
            for fd in range(1, 8):
                group.start_soon(asked.ask, fd)
            for number in range(3):
                await finish(pool, number)
        return asked

    asked = anyio.run(run)
    assert [list(one.fds) for one in pool.begun] == [[1], [2, 3, 4, 5], [6, 7]]
    assert AT_ONCE == 4
    assert asked.got == {fd: fd for fd in range(1, 8)}
    assert asked.judged == [[1], [2, 3, 4, 5], [6, 7]]
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
            await finish(pool, 0)
        return asked

    asked = anyio.run(run)
    assert asked.got == {1: "alone", 2: 2, 3: 3}


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
            await finish(pool, 1)
        return asked

    assert anyio.run(run).got == {1: 1, 2: "busy", 3: 3}


def test_who_leaves_meanwhile_takes_nothing_from_the_others() -> None:
    pool = FakePool()

    async def run() -> Asked:
        asked = Asked(pool)
        async with anyio.create_task_group() as group:
            group.start_soon(asked.ask, 1)
            await soon(lambda: pool.begun)
            with anyio.CancelScope() as leaving:
                async with anyio.create_task_group() as inner:
                    inner.start_soon(asked.ask, 2)
                    await soon(lambda: asked.lane._queue)
                    group.start_soon(asked.ask, 3)
                    await soon(lambda: len(asked.lane._queue) == 2)
                    pool.begun[0].finish()
                    await soon(lambda: len(pool.begun) == 2)
                    leaving.cancel()
            pool.begun[1].finish()
            await soon(lambda: 3 in asked.got)
            group.start_soon(asked.ask, 4)
            await finish(pool, 2)
        assert asked.lane._free == 1
        return asked

    asked = anyio.run(run)
    assert asked.got == {1: 1, 3: 3, 4: 4}
    assert asked.judged == [[1], [2, 3], [4]]  # whoever left asked all the same


def test_one_that_waited_too_long_is_not_begun_with_the_next() -> None:
    pool = FakePool()

    async def run() -> Asked:
        asked = Asked(pool, wait_seconds_max=0.02)
        async with anyio.create_task_group() as group:
            group.start_soon(asked.ask, 1)
            await soon(lambda: pool.begun)
            group.start_soon(asked.ask, 2)
            await soon(lambda: asked.lane._queue)
            (late,) = asked.lane._queue
            late.woken.set_result(False)
            asked.lane._give_place()  # before its task runs
            assert len(pool.begun) == 1
            pool.begun[0].finish()
        return asked

    assert anyio.run(run).got == {1: 1, 2: "busy"}
    assert len(pool.begun) == 1


def test_a_worker_that_failed_asks_for_no_file_of_somebody_who_left() -> None:
    pool = FakePool()
    pool.patience_seconds = 0.02

    async def run() -> Asked:
        asked = Asked(pool)
        with anyio.move_on_after(0.005):
            await asked.ask(1)
        await soon(lambda: asked.lane._free == 1)
        return asked

    asked = anyio.run(run)
    assert (asked.got, asked.alone) == ({}, [])
    assert pool.begun[0].abandoned and not pool.begun[0].settled


def test_one_that_left_before_its_thread_gives_the_place_back() -> None:
    pool = FakePool()
    pool.refusing = True

    async def run() -> Asked:
        asked = Asked(pool)
        with anyio.move_on_after(0.005):
            await asked.ask(1)
        await soon(lambda: asked.lane._free == 1)
        pool.refusing = False
        async with anyio.create_task_group() as group:
            group.start_soon(asked.ask, 2)
            await finish(pool, 0)
        return asked

    assert anyio.run(run).got == {2: 2}


def test_an_error_is_that_of_its_own_picture() -> None:
    pool = FakePool()

    async def run() -> Asked:
        asked = Asked(pool)
        async with anyio.create_task_group() as group:
            for fd in (1, 12, 13, 14):
                group.start_soon(asked.ask, fd)
            for number in range(2):
                await finish(pool, number)
        return asked

    asked = anyio.run(run)
    assert isinstance(asked.got[13], ValueError)
    assert [asked.got[fd] for fd in (1, 12, 14)] == [1, 12, 14]


@pytest.mark.parametrize("fault", ["judge", "sink"])
def test_after_a_fault_each_picture_goes_its_own_way(fault: str) -> None:
    pool, seen = FakePool(), []

    async def run() -> Asked:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, told: seen.append(told))
        asked, fd = Asked(pool), 99 if fault == "judge" else 1
        async with anyio.create_task_group() as group:
            group.start_soon(asked.ask, fd)
            await soon(lambda: pool.begun)
            pool.begun[0].fails = fault == "sink"
            pool.begun[0].finish()
        assert asked.lane._free == 1
        return asked

    assert set(anyio.run(run).got.values()) == {"alone"}
    assert len(seen) == 1  # and the log tells of it


@pytest.mark.parametrize("error", [OSError(24, "Too many open files"), Unavailable("no worker")])
def test_where_no_worker_can_begin_each_goes_its_own_way_and_no_place_is_lost(error: Exception) -> None:
    pool = FakePool()

    async def run() -> Asked:
        asked = Asked(pool)
        async with anyio.create_task_group() as group:
            group.start_soon(asked.ask, 1)
            await soon(lambda: pool.begun)
            group.start_soon(asked.ask, 2)
            await soon(lambda: asked.lane._queue)
            pool.error = error
            pool.begun[0].finish()
            await soon(lambda: asked.got.keys() == {1, 2})
        assert asked.lane._free == 1
        return asked

    assert anyio.run(run).got == {1: 1, 2: "alone"}


def test_an_answer_that_is_an_error_keeps_no_picture_until_a_collection() -> None:
    pool, pictures = FakePool(), []

    async def ask(asked: Asked, fd: int) -> None:
        one = job(fd)
        pictures.append(weakref.ref(one))
        with pytest.raises((ValueError, Busy)):
            await asked.lane.answer(one, nothing)

    async def run() -> None:
        asked = Asked(pool, wait_seconds_max=0.02)
        async with anyio.create_task_group() as group:
            group.start_soon(ask, asked, 13)
            await soon(lambda: pool.begun)
            group.start_soon(ask, asked, 2)  # waits too long
            await anyio.sleep(0.05)
            pool.begun[0].finish()

    gc.collect()
    gc.disable()
    try:
        anyio.run(run)
        assert [one() for one in pictures] == [None, None]
    finally:
        gc.enable()


async def nothing() -> None:
    """It is examined nowhere else."""


def test_a_second_look_is_waited_for_by_its_own_picture_alone() -> None:
    pool, order = FakePool(), []

    def again() -> Examined:
        order.append("again")
        return examined(7)

    async def run() -> Asked:
        asked = Asked(pool)
        async with anyio.create_task_group() as group:
            group.start_soon(asked.ask, 1)
            await soon(lambda: pool.begun)
            group.start_soon(asked.ask, 2)
            await soon(lambda: asked.lane._queue)
            pool.begun[0].again = again
            pool.begun[0].finish()
            await soon(lambda: len(pool.begun) == 2)  # before the second look has ended
            await soon(lambda: 1 in asked.got)
            pool.begun[1].finish()
        return asked

    asked = anyio.run(run)
    assert asked.got == {1: 7, 2: 2}
    assert order == ["again"]


def test_a_worker_that_is_silent_is_given_up_and_the_next_ones_go_on() -> None:
    pool = FakePool()
    pool.patience_seconds = 0.02

    async def run() -> Asked:
        asked = Asked(pool, wait_seconds_max=0.005)  # whoever has begun waits for the worker
        await asked.ask(1)
        pool.patience_seconds = 5.0
        async with anyio.create_task_group() as group:
            group.start_soon(asked.ask, 2)
            await finish(pool, 1)
        return asked

    assert anyio.run(run).got == {1: "alone", 2: 2}
    assert pool.begun[0].given_up


def test_a_worker_that_is_left_over_is_buried_and_nobody_waits_for_it() -> None:
    pool = FakePool()

    async def run(fd: int) -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, _told: None)
        asked = Asked(pool)
        async with anyio.create_task_group() as group:
            group.start_soon(asked.ask, fd)
            await soon(lambda: pool.begun)
            pool.begun[0].leftover = "a worker"
            pool.begun[0].finish()
        await soon(lambda: pool.begun[0].buried)

    anyio.run(run, 1)
    pool.begun.clear()
    anyio.run(run, 99)  # at which the judge fails


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
