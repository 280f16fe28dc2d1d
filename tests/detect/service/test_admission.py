"""What is too much is refused with a time to come back, and nothing stays taken."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import anyio
import pytest

from tutela.detect.service.admission import Admission, AdmissionRules
from tutela.detect.service.problems import Busy
from tutela.kernel.clock import FixedClock

START = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_place_is_given_back_whatever_happens() -> None:
    admission = Admission(AdmissionRules(requests_max=1))
    with pytest.raises(KeyError), admission.place():
        raise KeyError
    with admission.place(), pytest.raises(Busy) as caught, admission.place():
        pass
    assert caught.value.http_status == 429
    assert caught.value.retry_after_seconds is not None
    assert caught.value.retry_after_seconds >= 1
    assert admission.in_hand == 0


def test_one_caller_leaves_places_to_the_others() -> None:
    admission = Admission(AdmissionRules(requests_max=10, caller_requests_max=2))
    answered: list[str] = []

    async def request(caller: str, end: anyio.Event) -> None:
        try:
            with admission.place():
                admission.belongs(caller)
                admission.belongs(caller)  # asked twice, counted once
                answered.append(caller)
                await end.wait()
        except Busy as error:
            answered.append(error.message)

    async def run() -> None:
        end = anyio.Event()
        async with anyio.create_task_group() as group:
            for caller in ("slow", "slow", "slow", "other"):
                group.start_soon(request, caller, end)
                await anyio.sleep(0)
            end.set()
        async with anyio.create_task_group() as group:
            group.start_soon(request, "slow", end)

    anyio.run(run)
    assert answered == ["slow", "slow", "too many requests of this token are in hand", "other", "slow"]
    assert admission.in_hand == 0
    admission.belongs("slow")  # without a place nothing is counted


def test_bytes_are_counted_together() -> None:
    admission = Admission(AdmissionRules(held_bytes_max=10))
    admission.hold(6)
    with pytest.raises(Busy):
        admission.hold(5)
    admission.release(6)
    admission.hold(10)
    assert admission.held_bytes == 10


def test_looks_wait_for_their_turn_and_not_for_ever() -> None:
    free = threading.Event()
    admission = Admission(AdmissionRules(looks_at_once=1, wait_seconds_max=0.05))
    refused: list[str] = []

    async def second() -> None:
        await anyio.sleep(0.01)
        assert admission.waiting == 0
        try:
            await admission.look(lambda: None)
        except Busy as error:
            refused.append(error.message)
        free.set()

    async def run() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(second)
            assert await admission.look(lambda: free.wait(10)) is True
        assert await admission.look(lambda: "again") == "again"

    anyio.run(run)
    assert refused == ["the wait for a turn was too long"]
    assert admission.waiting == 0


def test_slow_looks_leave_turns_for_the_others() -> None:
    free = threading.Event()
    admission = Admission(AdmissionRules(looks_at_once=2, wait_seconds_max=5.0))
    order: list[str] = []

    async def slow(name: str) -> None:
        await admission.look(lambda: free.wait(10), slow=True)
        order.append(name)

    async def quick() -> None:
        await anyio.sleep(0.02)
        await admission.look(lambda: None)
        order.append("picture")
        free.set()

    async def run() -> None:
        async with anyio.create_task_group() as group:
            for task in (slow, slow, slow):
                group.start_soon(task, "film")
            group.start_soon(quick)

    anyio.run(run)
    assert order == ["picture", "film", "film", "film"]


def test_a_slow_look_that_waited_too_long_gives_back_what_it_had() -> None:
    free = threading.Event()
    admission = Admission(AdmissionRules(looks_at_once=1, wait_seconds_max=0.03))
    refused: list[int] = []

    async def late() -> None:
        await anyio.sleep(0.01)
        try:
            await admission.look(lambda: None, slow=True)
        except Busy as error:
            refused.append(error.http_status)
        free.set()

    async def run() -> str:
        async with anyio.create_task_group() as group:
            group.start_soon(late)
            await admission.look(lambda: free.wait(10))
        return await admission.look(lambda: "here", slow=True)

    assert anyio.run(run) == "here"
    assert refused == [429]


def test_a_look_that_fails_gives_its_turn_back() -> None:
    admission = Admission(AdmissionRules(looks_at_once=1))

    def fail() -> None:
        raise KeyError

    async def run() -> str:
        for _ in range(3):
            with pytest.raises(KeyError):
                await admission.look(fail)
        return await admission.look(lambda: "here")

    assert anyio.run(run) == "here"


def test_the_wait_grows_with_what_is_in_hand_and_with_how_long_looks_take() -> None:
    clock = FixedClock(START)
    admission = Admission(AdmissionRules(looks_at_once=1, wait_seconds_max=30), clock=clock)
    assert admission.wait_seconds() == 1.0

    async def run() -> None:
        for _ in range(50):
            await admission.look(lambda: clock.advance(4.0))

    anyio.run(run)
    with admission.place(), admission.place():
        assert 7.0 < admission.wait_seconds() <= 8.0
