"""A fault that lasts while stages run, then ends: what was said meanwhile, and the world after recovery."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from proofs.faults.flow import Flow, Place, Ran, Template, ran
from proofs.faults.world import check_invariants

#: Seconds in which everything is well again after a fault that lasted (FI-05: it heals itself within 30 s).
HEALED_SECONDS_MAX = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """What one fault led to: how each stage ended under it, and what was broken after it."""

    name: str
    exits: Mapping[str, int]
    acknowledged: int
    violations: tuple[str, ...]
    healed_seconds: float
    said: Mapping[str, Ran] = field(default_factory=dict, repr=False)

    def as_json(self) -> dict[str, object]:
        """The same as JSON, without what was said."""
        return {
            "name": self.name,
            "exits": dict(self.exits),
            "acknowledged": self.acknowledged,
            "violations": list(self.violations),
            "healed_seconds": self.healed_seconds,
        }


def under(
    flow: Flow, place: Place, stages: Sequence[str], wrap: Callable[[list[str]], list[str]] = list
) -> dict[str, Ran]:
    """How each stage ended, one after the other, whatever the one before it did."""
    return {stage: ran(wrap(flow.command(stage)), place) for stage in stages}


def settled(
    name: str, flow: Flow, place: Place, said: Mapping[str, Ran], template: Template | None = None
) -> Settled:
    """The world after the fault has ended and everything was started again."""
    begun = time.monotonic()
    acknowledged = frozenset[str]().union(*(one.acknowledged for one in said.values()))
    earlier = template.acknowledged if template else frozenset[str]()
    try:
        recovered = flow.recover(place)
        world = flow.world(place, earlier | acknowledged, recovered)
        if template:
            world = replace(world, retention_before=template.dates, retention_after=flow.dates(place))
        violations = tuple(str(one) for one in check_invariants(world))
    except RuntimeError as error:
        violations = (f"recovery: {error}",)
    seconds = time.monotonic() - begun
    if seconds > HEALED_SECONDS_MAX:
        violations += (f"recovery: it took {seconds:.0f} s",)
    return Settled(
        name=name,
        exits={stage: one.exit for stage, one in said.items()},
        acknowledged=len(acknowledged),
        violations=violations,
        healed_seconds=round(seconds, 2),
        said=said,
    )
