"""What waits, as the page lists it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tutela.prevent.guard.page.wording import later_said, wish_said
from tutela.prevent.guard.person.loosening import HOSTS
from tutela.prevent.guard.person.waits import LEAVING, PAUSE, Wait, Waits
from tutela.prevent.guard.person.words import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """One wish: what it says, from when it holds (empty where it has waited), and its key as text."""

    said: str
    when: str
    field: str
    host: str


def wishes_of(words: Words, waits: Waits, now: datetime) -> tuple[Wish, ...]:
    """Everything that waits, in its order."""
    return tuple(wish_of(words, one, now) for one in waits.waiting)


def wish_of(words: Words, wait: Wait, now: datetime) -> Wish:
    """One wait."""
    return Wish(
        said=wish_said(words, wait),
        when="" if wait.ready else words.say("page.from_when", when=later_said(now, wait.left_seconds)),
        field=wait.field,
        host=str(wait.value) if wait.field == HOSTS else "",
    )


def of_policy(waiting: Sequence[Wait]) -> tuple[Wait, ...]:
    """Those that wait for a field of the policy."""
    return tuple(one for one in waiting if one.field not in (PAUSE, LEAVING))
