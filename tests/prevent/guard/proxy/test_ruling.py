from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest

from tutela.prevent.guard.proxy.fakes import FakeJudge
from tutela.prevent.guard.proxy.policy import Policy
from tutela.prevent.guard.proxy.ruling import PER_BODY, Rulings
from tutela.prevent.guard.shapes import HOLD_SECONDS, SHOWN, Ruling, undecided


def ruled(judge: FakeJudge, contents: list[bytes], **policy: float) -> list[Ruling]:
    async def asked() -> list[Ruling]:
        rulings = Rulings(judge, Policy(**policy))  # type: ignore[arg-type]
        try:
            return list((await rulings.rule_all(contents, rulings.deadline())).values())
        finally:
            rulings.close()

    return asyncio.run(asked())


def test_each_content_has_its_own_ruling() -> None:
    held = Ruling(tier="near", why="listed")
    assert ruled(FakeJudge([b"b"], tier="near"), [b"a", b"b", b"c"]) == [SHOWN, held, SHOWN]


def test_a_ruling_that_comes_late_is_not_waited_for() -> None:
    start = time.monotonic()
    assert ruled(FakeJudge(delay_seconds=2), [b"a"], hold_seconds=0.1) == [undecided("too_slow")]
    assert time.monotonic() - start < 1.5


def test_pictures_share_the_time_of_the_body_they_came_in() -> None:
    contents = [bytes([one]) for one in range(6)]
    found = ruled(FakeJudge(delay_seconds=0.4), contents, hold_seconds=0.6, rulings_at_once=2)
    assert {one.why for one in found} == {"clear", "too_slow"}


@pytest.mark.parametrize("trouble", [RuntimeError("x"), MemoryError()])
def test_a_judge_who_raises_has_decided_nothing(trouble: Exception) -> None:
    assert ruled(FakeJudge(trouble=trouble), [b"a"]) == [undecided("worker_failed")]


def test_a_judge_who_says_nothing_has_decided_nothing() -> None:
    class Silent(FakeJudge):
        def rule(self, *_: object, **__: object) -> Ruling:
            return None  # type: ignore[return-value]

    assert ruled(Silent(), [b"a"]) == [undecided("worker_failed")]


def test_more_than_may_wait_is_held_at_once() -> None:
    async def crowd() -> list[Ruling]:
        rulings = Rulings(FakeJudge(delay_seconds=0.1), Policy(rulings_waiting_max=3))
        found = await asyncio.gather(*(rulings.rule(b"a", rulings.deadline()) for _ in range(5)))
        rulings.close()
        return list(found)

    assert [one.why for one in asyncio.run(crowd())] == ["clear"] * 3 + ["overloaded"] * 2


def test_pictures_wait_for_no_film() -> None:
    gate = threading.Event()

    class Slow(FakeJudge):
        def rule(self, untrusted_content: bytes, *, within_seconds: float = HOLD_SECONDS) -> Ruling:
            if untrusted_content == b"film":
                assert within_seconds > HOLD_SECONDS
                assert gate.wait(within_seconds)
            return SHOWN

    async def asked() -> list[Ruling]:
        rulings = Rulings(Slow(), Policy(rulings_at_once=1, films_waiting_max=3))
        films = [asyncio.ensure_future(rulings.rule_film(b"film")) for _ in range(4)]
        pictures = [await rulings.rule(b"picture", rulings.deadline()) for _ in range(5)]
        gate.set()
        found = pictures + [await one for one in films]
        rulings.close()
        return found

    assert [one.why for one in asyncio.run(asked())] == ["clear"] * 8 + ["overloaded"]


def test_hundreds_of_pictures_in_one_body_do_not_crowd_each_other_out() -> None:
    contents = [b"%d" % one for one in range(300)]
    assert ruled(FakeJudge(), contents, hold_seconds=60, rulings_waiting_max=PER_BODY) == [SHOWN] * 300


def test_places_are_free_again_after_the_ruling() -> None:
    async def twice() -> Iterator[Ruling]:
        rulings = Rulings(FakeJudge(), Policy(rulings_waiting_max=1))
        first = await rulings.rule(b"a", rulings.deadline())
        second = await rulings.rule(b"a", rulings.deadline())
        rulings.close()
        return iter([first, second, await rulings.rule(b"a", rulings.deadline())])

    assert list(asyncio.run(twice())) == [SHOWN, SHOWN, undecided("worker_failed")]
