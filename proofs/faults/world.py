"""What a fresh process sees after a fault and its recovery, and the eight invariants that must hold then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

#: Seconds for which nobody may hold what a dead worker had, and within which a doubtful notice is listed
#: (fault-injection.md, I5 and section 4, rule 5); seconds of a restart (FI-01).
LEASE_SECONDS_MAX, LISTED_SECONDS_MAX, RESTART_SECONDS_MAX = 60.0, 60.0, 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Lease:
    """One lease: of what, who holds it, whether that process lives, and for how many seconds more."""

    of: str
    holder: str
    alive: bool
    seconds_left: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Notices:
    """The outbox by Message-ID, what the mail server accepted, and what the desk lists as doubtful."""

    states: Mapping[str, str] = field(default_factory=dict)
    delivered: Mapping[str, int] = field(default_factory=dict)
    listed: frozenset[str] = frozenset()
    listed_seconds: float = 0.0
    #: Message-IDs by report, where each report owes a notice; None where it does not.
    owed: Mapping[str, tuple[str, ...]] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """Everything that the invariants look at; what a flow does not have stays empty."""

    acknowledged: frozenset[str] = frozenset()
    reports: frozenset[str] = frozenset()
    notices: Notices = field(default_factory=Notices)
    #: Released objects with the number of leaves that the log had at that moment; indexes of their entries.
    releases: tuple[tuple[str, int], ...] = ()
    logged: Mapping[str, int] = field(default_factory=dict)
    log_faults: tuple[str, ...] = ()
    leases: tuple[Lease, ...] = ()
    #: Places where the canary was found.
    canaries: tuple[str, ...] = ()
    retention_before: Mapping[str, datetime] = field(default_factory=dict)
    retention_after: Mapping[str, datetime] = field(default_factory=dict)
    counters: Mapping[str, int] = field(default_factory=dict)
    recounted: Mapping[str, int] = field(default_factory=dict)
    restart_seconds: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Violation:
    """One broken invariant (``I1`` to ``I8``) and how it shows."""

    invariant: str
    text: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.text}"


def check_invariants(world: World) -> list[Violation]:
    """Every broken invariant of fault-injection.md section 2, in their order; empty when all hold."""
    return [Violation(invariant=name, text=text) for name, check in CHECKS.items() for text in check(world)]


def _acknowledged_exist(world: World) -> Iterator[str]:
    for report in sorted(world.acknowledged - world.reports):
        yield f"the acknowledged report {report} is lost"


def _notices_are_once_or_in_doubt(world: World) -> Iterator[str]:
    notices = world.notices
    for message in sorted(notices.delivered.keys() - notices.states.keys()):
        yield f"{message} was delivered and is in no outbox"
    for message, state in sorted(notices.states.items()):
        yield from _one_notice(message, state, notices.delivered.get(message, 0))
    doubtful = {message for message, state in notices.states.items() if state == "in_doubt"}
    for message in sorted(doubtful - notices.listed):
        yield f"{message} is in doubt and listed nowhere"
    if doubtful and notices.listed_seconds > LISTED_SECONDS_MAX:
        yield f"doubtful notices were listed after {notices.listed_seconds:.0f} s"
    yield from _silently_unsent(world)


def _one_notice(message: str, state: str, delivered: int) -> Iterator[str]:
    """A notice in doubt may hide one delivery; one that failed for good was refused, which is visible."""
    if delivered > 1:
        yield f"{message} was delivered {delivered} times"
    right = dict.fromkeys(("queued", "failed", "withdrawn"), delivered == 0)
    right |= {"sent": delivered == 1, "in_doubt": True}
    if not right.get(state, False):
        yield f"{message} is {state} and was delivered {delivered} times"


def _silently_unsent(world: World) -> Iterator[str]:
    owed = world.notices.owed
    if owed is None:
        return
    for report in sorted(world.acknowledged & world.reports):
        if not any(message in world.notices.states for message in owed.get(report, ())):
            yield f"the report {report} was acknowledged and owes a notice that is nowhere"


def _released_after_logged(world: World) -> Iterator[str]:
    for item, size in world.releases:
        index = world.logged.get(item)
        if index is None or index >= size:
            yield f"{item} was released before it was logged"


def _log_is_whole(world: World) -> Iterator[str]:
    yield from world.log_faults


def _no_lease_of_the_dead(world: World) -> Iterator[str]:
    for lease in world.leases:
        if not lease.alive and lease.seconds_left > LEASE_SECONDS_MAX:
            yield f"{lease.of} is held by the dead {lease.holder} for {lease.seconds_left:.0f} s more"
    if world.restart_seconds > RESTART_SECONDS_MAX:
        yield f"the restart took {world.restart_seconds:.1f} s"


def _no_canary(world: World) -> Iterator[str]:
    for place in world.canaries:
        yield f"the canary stands in the clear in {place}"


def _retention_stays(world: World) -> Iterator[str]:
    for item, before in sorted(world.retention_before.items()):
        after = world.retention_after.get(item)
        if after != before:
            yield f"the retention date of {item} was {before} and is {after}"


def _counters_are_recounted(world: World) -> Iterator[str]:
    for name in sorted(world.counters.keys() | world.recounted.keys()):
        stored, counted = world.counters.get(name, 0), world.recounted.get(name, 0)
        if stored != counted:
            yield f"the counter {name} says {stored}, the log {counted}"


CHECKS: Mapping[str, Callable[[World], Iterator[str]]] = {
    "I1": _acknowledged_exist,
    "I2": _notices_are_once_or_in_doubt,
    "I3": _released_after_logged,
    "I4": _log_is_whole,
    "I5": _no_lease_of_the_dead,
    "I6": _no_canary,
    "I7": _retention_stays,
    "I8": _counters_are_recounted,
}
