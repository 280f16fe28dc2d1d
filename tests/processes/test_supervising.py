"""The supervisor over processes that only pretend: starts, restarts, orders of ending."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Unavailable
from tutela.processes import supervising
from tutela.processes.supervising import Part, Supervisor


@dataclass
class Pretended:
    name: str
    told: list[str]
    pid: int = 7
    code: int | None = None
    stubborn: bool = False

    def poll(self) -> int | None:
        return self.code

    def terminate(self) -> None:
        self.told.append(f"{self.name} terminated")
        if not self.stubborn:
            self.code = 0

    def kill(self) -> None:
        self.told.append(f"{self.name} killed")
        self.code = -9


@dataclass
class World:
    ready: set[str] = field(default_factory=set)
    told: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    made: dict[str, list[Pretended]] = field(default_factory=dict)
    fails: int = 0
    clock: FixedClock = field(default_factory=lambda: FixedClock(datetime(2026, 1, 1, tzinfo=UTC)))

    def start(
        self, command: Sequence[str], environment: Mapping[str, str], *, secrets: Mapping[str, str]
    ) -> Pretended:
        if self.fails:
            self.fails -= 1
            raise Unavailable("no process left")
        made = Pretended(name=command[0], told=self.told)
        self.made.setdefault(command[0], []).append(made)
        return made

    def supervisor(self) -> Supervisor:
        parts = [self.part("fetcher", first_to_end=False), self.part("worker", first_to_end=True)]
        return Supervisor(parts, self.said.append, clock=self.clock, starting=self.start)

    def part(self, name: str, *, first_to_end: bool) -> Part:
        return Part(
            name=name,
            command=(name,),
            environment={},
            address=f"there/{name}",
            is_ready=lambda: name in self.ready,
            first_to_end=first_to_end,
        )


def test_each_is_said_once_it_answers() -> None:
    world = World()
    supervisor = world.supervisor()
    supervisor.look()
    supervisor.look()
    assert not world.said
    assert not supervisor.is_ready()
    world.ready = {"fetcher", "worker"}
    supervisor.look()
    supervisor.look()
    assert world.said == [
        "fetcher: runs on there/fetcher (process 7)",
        "worker: runs on there/worker (process 7)",
    ]
    assert supervisor.is_ready()


def test_what_ends_is_started_again_later_each_time() -> None:
    world = World()
    supervisor = world.supervisor()
    supervisor.look()
    for seconds in (0.5, 1.0, 2.0):
        world.made["worker"][-1].code = 70
        count = len(world.made["worker"])
        supervisor.look()
        world.clock.advance(seconds - 0.01)
        supervisor.look()
        assert len(world.made["worker"]) == count
        world.clock.advance(0.01)
        supervisor.look()
        assert len(world.made["worker"]) == count + 1
    assert len(world.made["fetcher"]) == 1
    assert "worker: ended with 70, starts again in 0.5 seconds" in world.said


def test_a_wrong_call_ends_everything() -> None:
    world = World()
    supervisor = world.supervisor()
    supervisor.look()
    world.made["worker"][-1].code = 2
    assert supervisor.run(threading.Event()) == 2
    assert world.told == ["fetcher terminated"]


def test_a_wrong_call_later_on_ends_nothing_but_itself() -> None:
    world = World()
    supervisor = world.supervisor()
    supervisor.look()
    world.clock.advance(61.0)
    world.made["worker"][-1].code = 2
    assert supervisor.look() == 0
    assert world.told == []
    assert world.said[-1] == (
        "worker: ended with 2, and what it was told is wrong; the others go on, it starts again in 30 seconds"
    )
    world.clock.advance(30.0)
    supervisor.look()
    assert [len(world.made[name]) for name in ("fetcher", "worker")] == [1, 2]


def test_a_start_that_fails_again_and_again_is_tried_later_each_time() -> None:
    world = World(fails=100)
    world.clock.advance(1_000.0)
    supervisor = world.supervisor()
    for _ in range(600):
        supervisor.look()
        world.clock.advance(0.2)
    tries = [one for one in world.said if one.startswith("fetcher")]
    assert len(tries) < 12


def test_askers_end_before_answerers_and_who_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervising, "END_SECONDS", 0.0)
    world = World()
    supervisor = world.supervisor()
    supervisor.look()
    world.made["worker"][-1].stubborn = True
    stop = threading.Event()
    stop.set()
    assert supervisor.run(stop) == 0
    assert world.told == ["worker terminated", "worker killed", "fetcher terminated"]


def test_a_start_that_fails_is_tried_again() -> None:
    world = World(fails=1)
    supervisor = world.supervisor()
    supervisor.look()
    assert world.said == ["fetcher: no process left"]
    world.clock.advance(1.0)
    supervisor.look()
    assert len(world.made["fetcher"]) == 1
