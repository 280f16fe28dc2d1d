"""Which change of a policy loosens and which tightens. Pure.

Each field has its own order. What is no protection (the sign, the counters, what is offered at a block) has
none: it changes at once. The list of hosts is split: taking one off tightens, adding one loosens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from tutela.prevent.guard.person.policy import Policy

#: What a change does to the protection.
Direction = Literal["tightens", "loosens", "neither"]
#: The values of a field from the loosest to the tightest.
_TIGHTER: Mapping[str, tuple[Any, ...]] = {
    "known_lists": (False, True),
    "classifier": (False, True),
    "adult": (False, True),
    "screen": (False, True),
    "films": ("checked", "blocked"),
    "segments": ("passed", "blocked"),
    "delay_hours": (0, 1, 24, 72),
}
#: Fields that are no protection.
NEUTRAL = frozenset({"sign", "keep_nothing", "after_block"})
#: The field that is a set: more of it is looser.
HOSTS = "never_intercepted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One field that is to have another value; of the hosts, either those added or those taken off."""

    field: str
    before: Any
    after: Any
    direction: Direction


def changes(before: Policy, after: Policy) -> tuple[Change, ...]:
    """Every change between the two, in the order of the fields; hosts make up to two."""
    found: list[Change] = []
    for field in fields(Policy):
        was, will = getattr(before, field.name), getattr(after, field.name)
        if field.name == HOSTS:
            found += _of_hosts(was, will)
        elif was != will:
            found.append(
                Change(field=field.name, before=was, after=will, direction=_direction(field.name, was, will))
            )
    return tuple(found)


def _direction(field: str, before: object, after: object) -> Direction:
    if field in NEUTRAL:
        return "neither"
    order = _TIGHTER[field]
    return "tightens" if order.index(after) > order.index(before) else "loosens"


def _of_hosts(before: tuple[str, ...], after: tuple[str, ...]) -> list[Change]:
    kept = tuple(sorted(set(before) & set(after)))
    found = []
    if kept != before:
        found.append(Change(field=HOSTS, before=before, after=kept, direction="tightens"))
    if kept != after:
        found.append(Change(field=HOSTS, before=kept, after=after, direction="loosens"))
    return found


def looser(before: Policy, after: Policy) -> bool:
    """Whether anything in ``after`` protects less than ``before``."""
    return any(change.direction == "loosens" for change in changes(before, after))


def at_once(before: Policy, after: Policy) -> Policy:
    """What of ``after`` holds without a delay: everything but what loosens."""
    now = {one.field: one.after for one in changes(before, after) if one.direction != "loosens"}
    return replace(before, **now)
