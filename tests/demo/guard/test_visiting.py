"""Pages are waited for, looked at for a while, and taken away before the next."""

from __future__ import annotations

from typing import Any, cast

import pytest

from tutela.demo.guard import visiting
from tutela.demo.guard.browser import Browser
from tutela.demo.guard.deliveries import Places
from tutela.demo.guard.pages import loads
from tutela.demo.guard.sampling import Sampler, Tally, Watch
from tutela.demo.guard.site import Site
from tutela.demo.guard.visiting import visit, visits
from tutela.kernel.errors import Unavailable

CHOSEN = loads(2, ("PNG", "JPEG"))


class World:
    """Site, browser and sampler in one; a page is there after two looks."""

    url, places = "https://x.test", Places(path="")

    def __init__(self, *, comes: bool = True) -> None:
        self.done: list[Any] = []
        self._load, self._asked, self._comes, self._there = -1, 0, comes, False

    def put(self, answers: dict[str, Any]) -> None:
        self.done.append("put")

    def go(self, url: str) -> None:
        self.done.append(url)
        self._asked, self._there = 0, True

    def evaluate(self, script: str) -> str | None:
        if "remove" in script:
            self.done.append("removed")
            self._there = False
            return None
        self._asked += 1
        return str(self._load) if self._comes and self._asked > 2 else None

    def load(self, number: int) -> None:
        self._load = number
        self.done.append(number)

    def now(self) -> Tally:
        seen = {"known": 1, "of_class": 1, "benign": 1} if self._there else {}
        return Tally(load=self._load, looks=1, last=["benign"] if self._there else [], **seen)


def visited(world: World) -> None:
    visit(cast("Site", world), cast("Browser", world), cast("Sampler", world), CHOSEN, {"benign", "known"})


def test_each_page_is_put_counted_opened_and_taken_away() -> None:
    world = World()
    visited(world)
    steps = [
        step for load in CHOSEN for step in ("put", load.number, f"https://x.test{load.path}", "removed")
    ]
    assert world.done == steps


def test_a_page_that_does_not_come_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visiting, "PAGE_SECONDS_MAX", 0.05)
    with pytest.raises(Unavailable, match="PNG"):
        visited(World(comes=False))


def test_what_is_awaited_and_not_seen_is_awaited_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    class Blind(World):
        def now(self) -> Tally:
            asked.append(1)
            return Tally(load=self._load, looks=1)

    monkeypatch.setattr(visiting, "SIGHT_SECONDS_MAX", 0.2)
    visited(Blind())
    assert len(asked) > 5 * len(CHOSEN)


def test_the_next_page_waits_until_the_last_is_gone_from_the_screen() -> None:
    class Slow(World):
        left = 0

        def evaluate(self, script: str) -> str | None:
            if "remove" in script:
                self.left = 5
            return super().evaluate(script)

        def now(self) -> Tally:
            self.left -= 1
            if self.left > 0:
                return Tally(load=self._load, last=["benign"])
            self.done += [] if self._there else ["clear"]
            return super().now()

    world = Slow()
    visited(world)
    places = [at for at, step in enumerate(world.done) if step == "removed"]
    assert [world.done[at + 1] for at in places] == ["clear"] * len(CHOSEN)


def test_each_load_gets_what_was_seen_of_it() -> None:
    tallies = tuple(Tally(load=number, looks=number) for number in (-1, 3, 2, 1, 0))
    watch = Watch(tallies=tallies, seconds=1, gap_max_seconds=0, blind_share=0)
    assert [one.seen.looks for one in visits(CHOSEN, watch)] == [0, 1, 2, 3]
