"""Is a sighting gone? Decided from the looks at it alone. Pure.

Gone means: found gone from two vantage points, twice from each of them or more, the first and the last of
these looks at least 30 minutes apart, and nothing else seen in between (decisions.md section 2, ST-23). Found
so from one vantage point only, it is *gone, seen from one place*, which is no removal and is counted apart. A
look that brought no answer says nothing: unknown is never removed, and it never undoes a removal either. One
look that sees the content again reopens. ``judging`` says what one answer means.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from tutela.hotline.cases.states import LOOKS_MIN, SPREAD_SECONDS_MIN, VANTAGE_POINTS_MIN, Absence
from tutela.kernel.log import declare_words

#: What one look found: the content is there; it is there in other bytes; it is there, and redirects lead to
#: it at another host; the host refuses us and says nothing of the content; the whole host shows one page; a
#: page stands there as at addresses that do not exist; the host says that there is nothing; something else is
#: in its place; no answer, or one that says nothing.
Result = Literal[
    "present", "altered", "moved", "blocked", "parked", "soft_missing", "gone", "changed", "unknown"
]  # fmt: skip
RESULTS: tuple[Result, ...] = get_args(Result)
#: Results by which the content is seen.
SEEN: frozenset[Result] = frozenset({"present", "altered", "moved"})
#: there: it was seen, and is not shown to be gone. gone_one_place: gone twice from one vantage point, and not
#: from two. undecided: the looks do not say enough.
Standing = Literal["there", "removed", "gone_one_place", "undecided"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)

declare_words(
    "present", "altered", "moved", "blocked", "parked", "soft_missing", "gone", "changed", "unknown"
)
declare_words("there", "removed", "gone_one_place", "undecided")


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """One look: from where, when, and what it found."""

    vantage: str
    at: datetime
    result: Result


def standing(looks: Sequence[Look]) -> Standing:
    """Whether the looks say that it is gone, that it is there, or not enough."""
    known = _known(looks)
    gone = absence(looks)
    if (
        gone.vantage_points >= VANTAGE_POINTS_MIN
        and gone.looks_each >= LOOKS_MIN
        and gone.spread_seconds >= SPREAD_SECONDS_MIN
    ):
        return "removed"
    if _is_gone_from_one(known):
        return "gone_one_place"
    last = next((look.result for look in reversed(known) if look.result != "gone"), "changed")
    return "there" if last in SEEN else "undecided"


def absence(looks: Sequence[Look]) -> Absence:
    """What the looks since the content was last seen say together, in the words of ``cases.states``.

    The vantage points are those that looked often enough and long enough apart, if there are any such.
    """
    known = _known(looks)
    last = max((index for index, look in enumerate(known) if look.result != "gone"), default=-1)
    by_vantage: dict[str, list[datetime]] = {}
    for look in known[last + 1 :]:
        by_vantage.setdefault(look.vantage, []).append(look.at)
    counted = [moments for moments in by_vantage.values() if _twice(moments)] or list(by_vantage.values())
    return Absence(
        vantage_points=len(counted),
        looks_each=min(map(len, counted), default=0),
        spread_seconds=min(map(_spread_seconds, counted), default=0.0),
    )


def _is_gone_from_one(known: Sequence[Look]) -> bool:
    """Whether a vantage point saw nothing twice since anybody saw the content."""
    last_seen = max((index for index, look in enumerate(known) if look.result in SEEN), default=-1)
    since = known[last_seen + 1 :]
    own = ([look for look in since if look.vantage == name] for name in {look.vantage for look in since})
    return any(_twice(_ended_gone(looks)) for looks in own)


def _ended_gone(looks: Sequence[Look]) -> list[datetime]:
    """When the last looks found it gone, without a break."""
    others = max((index for index, look in enumerate(looks) if look.result != "gone"), default=-1)
    return [look.at for look in looks[others + 1 :]]


def _known(looks: Sequence[Look]) -> list[Look]:
    """The looks that say something, in order; of one moment, what saw something comes last and counts."""
    told = (look for look in looks if look.result != "unknown")
    return sorted(told, key=lambda look: (look.at, look.result != "gone", look.result in SEEN))


def _twice(moments: Sequence[datetime]) -> bool:
    return len(moments) >= LOOKS_MIN and _spread_seconds(moments) >= SPREAD_SECONDS_MIN


def _spread_seconds(moments: Sequence[datetime]) -> float:
    return (max(moments) - min(moments)).total_seconds()
