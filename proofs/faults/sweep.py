"""The kill sweep: a stage is killed at each durable or sending call, recovers, and everything must hold.

From a template of the place as it was before the stage, each point copies it, runs the stage with a kill at
its n-th call, restarts and finishes the flow, and checks the eight invariants. Two points run at a time.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from itertools import count
from queue import SimpleQueue
from typing import Any

from proofs.faults.flow import Flow, Place, Template, python, ran
from proofs.faults.injector import KILLED, Fault
from proofs.faults.places import Slot
from proofs.faults.world import World, check_invariants

#: A fault's path that means the place's folder, whichever that is.
HOME = "@home"
#: Calls that make durable, and the descriptor on which a client hears that something is.
SYNCS, STANDARD_OUTPUT = frozenset({"fsync", "fdatasync"}), 1
#: Calls of one stage beyond which it is no unit of work.
CALLS_MAX = 2_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """One run that was hit, or the one after the last: where, how it ended, what broke, how to repeat it."""

    stage: str
    number: int
    call: str
    target: str
    exit: int
    counts: dict[str, int]
    violations: tuple[str, ...]
    in_doubt: int
    recovery_seconds: float
    replay: str

    @property
    def hit(self) -> bool:
        """Whether the fault happened."""
        return bool(self.call)

    def as_json(self) -> dict[str, Any]:
        """The same as JSON."""
        return asdict(self)


@dataclass(kw_only=True)
class Swept:
    """All points of a stage, and what an untouched run of it calls."""

    stage: str
    calls: dict[str, int]
    points: list[Point] = field(default_factory=list)
    untouched: list[Point] = field(default_factory=list)

    @property
    def violations(self) -> list[tuple[str, str]]:
        """Every violation with the command that shows it again."""
        return [(one.replay, text) for one in (*self.points, *self.untouched) for text in one.violations]

    def faults_of_the_sweep(self) -> list[str]:
        """Why this proves less than it seems to: calls at which nothing was ever hit, no untouched run."""
        hit = Counter(one.call for one in self.points)
        lacking = [f"{self.stage}: no run was hit at {call}" for call in self.calls if not hit[call]]
        if not self.untouched or any(one.exit for one in self.untouched):
            lacking.append(f"{self.stage}: no run went untouched to its end")
        return lacking


@dataclass(frozen=True, kw_only=True, slots=True)
class Sweep:
    """A flow, the slots that it runs on, and what happens to its calls."""

    flow: Flow
    slots: Sequence[Slot]
    fault: Fault = field(default_factory=lambda: Fault(kind="kill", when=1))
    #: Command that does one point again, to which stage and number are added.
    replay: str = "python -m proofs.faults.sweep"

    def templates(self) -> dict[str, Template]:
        """The place before each stage, and under ``end`` after the last one."""
        slot = self.slots[0]
        place = slot.empty()
        self.flow.prepare(place)
        found, acknowledged = {}, frozenset[str]()
        for stage in self.flow.stages:
            found[stage] = self._kept(slot, stage, place, acknowledged)
            done = ran(self.flow.command(stage), place)
            if done.exit:
                raise RuntimeError(f"the untouched {stage} ended with {done.exit}: {done.complained}")
            acknowledged |= done.acknowledged
        found["end"] = self._kept(slot, "end", place, acknowledged)
        return found

    def _kept(self, slot: Slot, name: str, place: Place, acknowledged: frozenset[str]) -> Template:
        return replace(slot.keep(name, place, acknowledged), dates=self.flow.dates(place))

    def counted(self, stage: str, template: Template) -> list[str]:
        """The names of the calls of an untouched run, in their order."""
        slot = self.slots[0]
        place = slot.place_of(template)
        told, _ = self._injected(stage, place, replace(self.fault, kind="none"))
        return [name for name, _, _ in told["order"] if name not in self.fault.beside]

    def stage(
        self,
        stage: str,
        template: Template,
        numbers: Iterable[int] | None = None,
        order: Sequence[str] = (),
    ) -> Swept:
        """The sweep of one stage: every call (or those of ``numbers``), and a run that goes untouched.

        ``order``: the calls of an untouched run, where they were counted already.
        """
        order = order or self.counted(stage, template)
        swept = Swept(stage=stage, calls=dict(Counter(order)))
        wanted = list(numbers) if numbers is not None else list(range(1, len(order) + 1))
        for point in self._in_parallel(stage, template, wanted):
            (swept.points if point.hit else swept.untouched).append(point)
        for number in count(max(len(order), *wanted, 0) + 1):
            point = self.point(stage, template, number, self.slots[0])
            (swept.points if point.hit else swept.untouched).append(point)
            if not point.hit:
                return swept
            if number > CALLS_MAX:
                raise RuntimeError(f"{stage}: more than {CALLS_MAX} calls")
        return swept

    def _in_parallel(self, stage: str, template: Template, numbers: Sequence[int]) -> list[Point]:
        free: SimpleQueue[Slot] = SimpleQueue()
        for slot in self.slots:
            free.put(slot)

        def one(number: int) -> Point:
            slot = free.get()
            try:
                return self.point(stage, template, number, slot)
            finally:
                free.put(slot)

        with ThreadPoolExecutor(len(self.slots)) as pool:
            return list(pool.map(one, numbers))

    def point(self, stage: str, template: Template, number: int, slot: Slot) -> Point:
        """One run, hit at its ``number``-th call, recovered, and checked."""
        place = slot.place_of(template)
        told, acknowledged = self._injected(stage, place, replace(self.fault, when=number))
        begun = time.monotonic()
        violations, world = self._recovered(place, template, acknowledged)
        hit = told["hit"][0] if told["hit"] else {"call": "", "target": ""}
        if _acknowledged_unsynced(told):
            violations.append("I1: acknowledged after a sync that failed, without another")
        return Point(
            stage=stage,
            number=number,
            call=hit["call"],
            target=hit["target"].removeprefix(str(place.home)),
            exit=told["exit"],
            counts=told["counts"],
            violations=tuple(violations),
            in_doubt=sum(state == "in_doubt" for state in world.notices.states.values()),
            recovery_seconds=round(time.monotonic() - begun, 3),
            replay=f"{self.replay} {stage} {number}",
        )

    def _recovered(
        self, place: Place, template: Template, acknowledged: frozenset[str]
    ) -> tuple[list[str], World]:
        begun = time.monotonic()
        try:
            recovered = self.flow.recover(place)
        except RuntimeError as error:
            return [f"recovery: {error}"], World()
        seconds = time.monotonic() - begun
        world = self.flow.world(place, template.acknowledged | acknowledged, recovered)
        world = replace(
            world,
            retention_before=template.dates,
            retention_after=self.flow.dates(place),
            notices=replace(world.notices, listed_seconds=seconds),
        )
        return [str(one) for one in check_invariants(world)], world

    def _injected(self, stage: str, place: Place, fault: Fault) -> tuple[dict[str, Any], frozenset[str]]:
        """What the injector saw, and what was acknowledged before the end."""
        report = place.home.with_name(place.home.name + ".report")
        report.unlink(missing_ok=True)
        if fault.path == HOME:
            fault = replace(fault, path=str(place.home))
        words = ["--report", str(report), *fault.words(), "--", *self.flow.command(stage)]
        done = ran(python("proofs.faults.injector", *words), place)
        if not report.exists():
            raise RuntimeError(f"the injector failed: {done.complained}")
        return json.loads(report.read_text("utf-8")), done.acknowledged


def _acknowledged_unsynced(told: dict[str, Any]) -> bool:
    """Whether something was said on standard output after a sync failed, and before another succeeded."""
    syncs = [hit for hit in told["hit"] if hit["call"] in SYNCS]
    if not syncs or told["exit"] == KILLED:
        return False
    for name, _, descriptor in told["order"][syncs[0]["place"] + 1 :]:
        if name in SYNCS:
            return False
        if name == "write" and descriptor == STANDARD_OUTPUT:
            return True
    return False


def spread(order: Sequence[str], number: int) -> list[int]:
    """Up to ``number`` call numbers: the first and the last of each call, then evenly over all."""
    whole = len(order)
    if number >= whole:
        return list(range(1, whole + 1))
    firsts = {order.index(call) + 1 for call in order}
    lasts = {whole - order[::-1].index(call) for call in order}
    chosen = sorted(firsts | lasts)[:number]
    left = [at for at in range(1, whole + 1) if at not in chosen]
    step = len(left) / max(1, number - len(chosen))
    return sorted({*chosen, *(left[int(at * step)] for at in range(number - len(chosen)))})
