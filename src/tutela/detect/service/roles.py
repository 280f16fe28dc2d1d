"""Who asks, and what they may: the four roles of a token, its limits, and the caller it stands for.

Roles are those of decisions.md section 9; limits and purpose are asked for by threat ST-16.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from tutela.kernel.errors import Refused
from tutela.kernel.ids import new_id

Role = Literal["match", "detail", "curate", "statistics"]

#: Every role, in the order in which they are shown.
ROLES: tuple[Role, ...] = get_args(Role)
#: Roles that include the right to ask for matches (decisions.md section 9).
ASKING_ROLES: frozenset[Role] = frozenset({"match", "detail", "curate"})

#: Queries a second of one caller. 5 times the 10 look-ups/s of a platform with 1 M uploads a day, so that
#: peaks pass; our own choice, measured load tests raise it openly (decisions.md section 9).
QUERIES_PER_SECOND = 50.0
#: Queries a day of one caller: a platform with 1 M uploads a day; our own choice.
QUERIES_PER_DAY = 1_000_000
#: Telling variations of one picture a day before it is cut off; the alarm comes at half of it.
#: Threat ST-16 asks for an alarm by query 50 and a cut-off by query 100; edits too small to change the
#: value count half, so the limit stands well below (figures of bar i2-7).
FAMILY_QUERIES_PER_DAY = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class CallerLimits:
    """How much one caller may ask. Values above the defaults need ``raised``: said openly in the token.

    ``family_queries_per_day`` counts distinct variations of one picture that tell something about the
    edge of matching (``probing``), never repeats. Raises ValueError for a limit that is not positive, or
    above its default without ``raised``.
    """

    queries_per_second: float = QUERIES_PER_SECOND
    queries_per_day: int = QUERIES_PER_DAY
    family_queries_per_day: int = FAMILY_QUERIES_PER_DAY
    raised: bool = False

    def __post_init__(self) -> None:
        pairs = {
            "queries_per_second": (self.queries_per_second, QUERIES_PER_SECOND),
            "queries_per_day": (self.queries_per_day, QUERIES_PER_DAY),
            "family_queries_per_day": (self.family_queries_per_day, FAMILY_QUERIES_PER_DAY),
        }
        for name, (value, default) in pairs.items():
            if not value > 0:
                raise ValueError(f"{name} is a number above 0")
            if value > default and not self.raised:
                raise ValueError(f"{name} above {default:g} must be raised openly")


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who asks: the bearer of one token. ``name`` is unique in the token book, ``id`` may be logged.

    ``lifted_seconds`` is the last time (seconds since 1970, UTC) at which an operator lifted a cut-off.
    ``feeds`` names the lists that leave to this caller through the list feed; none is the rule.
    """

    name: str
    roles: frozenset[Role]
    purpose: str
    limits: CallerLimits = field(default_factory=CallerLimits)
    id: str = field(default_factory=lambda: new_id("tok_"), compare=False)
    lifted_seconds: float = 0.0
    feeds: frozenset[str] = frozenset()

    def has(self, role: Role) -> bool:
        """True when the caller has this role; ``detail`` and ``curate`` imply ``match``."""
        return role in self.roles or (role == "match" and bool(self.roles & ASKING_ROLES))

    def require(self, role: Role) -> None:
        """Returns when the caller has this role (or one that implies it); raises Refused otherwise."""
        if not self.has(role):
            raise Refused(f"this needs a token with the role {role}")
