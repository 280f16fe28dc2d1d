"""Is a sighting gone? Decided from the looks at it alone. Pure.

Gone means: found gone from two vantage points, twice from each of them or more, the first and the last of
these looks at least 30 minutes apart, and nothing else seen in between (decisions.md section 2, ST-23). A
look that brought no answer says nothing: unknown is never removed, and it never undoes a removal either. One
look that sees the content again reopens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from tutela.hotline.cases.states import LOOKS_MIN, SPREAD_SECONDS_MIN, VANTAGE_POINTS_MIN, Absence
from tutela.kernel.log import declare_words

#: What one look found: the content is there; the host says that it is not; something else is in its place; no
#: answer, or one that says nothing.
Result = Literal["present", "gone", "changed", "unknown"]
RESULTS: tuple[Result, ...] = get_args(Result)
#: there: it was seen, and is not shown to be gone. undecided: the looks do not say enough.
Standing = Literal["there", "removed", "undecided"]

declare_words("present", "gone", "changed", "there", "removed", "undecided")

#: HTTP status codes by which a host says that there is nothing (RFC 9110 sections 15.5.5 and 15.5.11). Not
#: 451 (RFC 7725): that is said to whoever asks from one country, and shown to others.
GONE_STATUS = frozenset({404, 410})


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """One look: from where, when, and what it found."""

    vantage: str
    at: datetime
    result: Result


def result_of(status: int, *, same: bool | None) -> Result:
    """What an answer means. ``status`` is HTTP's, 0 without an answer; ``same``: the body is the known one.

    ``same`` is None where the body was not compared. A page that answers 200 with other content is *changed*,
    which is not gone: it may be another rendering, a notice of removal, or cloaking.
    """
    if status in GONE_STATUS:
        return "gone"
    if status != 200 or same is None:
        return "unknown"
    return "present" if same else "changed"


def standing(looks: Sequence[Look]) -> Standing:
    """Whether the looks say that it is gone, that it is there, or not enough."""
    known = _known(looks)
    seen = absence(looks)
    if (
        seen.vantage_points >= VANTAGE_POINTS_MIN
        and seen.looks_each >= LOOKS_MIN
        and seen.spread_seconds >= SPREAD_SECONDS_MIN
    ):
        return "removed"
    last = next((look.result for look in reversed(known) if look.result != "gone"), "changed")
    return "there" if last == "present" else "undecided"


def absence(looks: Sequence[Look]) -> Absence:
    """What the looks since the content was last seen say together, in the words of ``cases.states``.

    The vantage points are those that looked often enough and long enough apart, if there are any such.
    """
    known = _known(looks)
    last_seen = max((index for index, look in enumerate(known) if look.result != "gone"), default=-1)
    by_vantage: dict[str, list[datetime]] = {}
    for look in known[last_seen + 1 :]:
        by_vantage.setdefault(look.vantage, []).append(look.at)
    counted = [moments for moments in by_vantage.values() if _twice(moments)] or list(by_vantage.values())
    return Absence(
        vantage_points=len(counted),
        looks_each=min(map(len, counted), default=0),
        spread_seconds=min(map(_spread_seconds, counted), default=0.0),
    )


def _known(looks: Sequence[Look]) -> list[Look]:
    """The looks that say something, in order; of one moment, what saw something comes last and counts."""
    told = (look for look in looks if look.result != "unknown")
    return sorted(told, key=lambda look: (look.at, look.result != "gone", look.result == "present"))


def _twice(moments: Sequence[datetime]) -> bool:
    return len(moments) >= LOOKS_MIN and _spread_seconds(moments) >= SPREAD_SECONDS_MIN


def _spread_seconds(moments: Sequence[datetime]) -> float:
    return (max(moments) - min(moments)).total_seconds()
