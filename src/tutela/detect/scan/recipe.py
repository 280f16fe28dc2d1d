"""What decides the findings of a scan besides its lists: profile, modes, hashers, workers. Plain data.

Kept apart from the settings so that a command without a settings file starts without pydantic.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from tutela.detect.fingerprints.hashers import DEFAULT_NAMES, Hasher, pick_hashers
from tutela.detect.media.shapes import FORENSIC, WEB, Ask, FilmMode, Limits, PdqMode, Profile

if TYPE_CHECKING:
    from tutela.detect.matching.index import IndexKind
    from tutela.detect.media.pool import PoolRules


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipe:
    """The values in force. ``workers`` is the number of sandboxed processes and of threads driving them."""

    profile: Profile = "forensic"
    pdq_mode: PdqMode = "fast"
    film_mode: FilmMode = "standard"
    film_rate_hz: float = 1.0
    dihedral: bool = True
    hashers: tuple[str, ...] = DEFAULT_NAMES
    engine: str = "threads"
    workers: int = 1
    index: str = "bucketed"
    #: The implementation of the arithmetic (``arithmetic.paths``); empty: the fastest that runs here.
    arithmetic: str = ""
    #: None: the default of the room that it belongs to. Those rooms are imported while the workers boot.
    rules: PoolRules | None = None
    per_print_max: int | None = None
    per_file_max: int | None = None
    seen_files_max: int | None = None
    limits: Mapping[Profile, Limits] = field(default_factory=lambda: {"web": WEB, "forensic": FORENSIC})

    def ask(self) -> Ask:
        """What the sandbox is asked about each file."""
        return Ask(
            pdq_mode=self.pdq_mode,
            film_mode=self.film_mode,
            film_rate_hz=self.film_rate_hz,
            limits=self.limits[self.profile],
        )

    def picked_hashers(self) -> tuple[Hasher, ...]:
        """The enabled hashers. Raises Unavailable for one that is not installed."""
        return pick_hashers(self.hashers)

    def picked_index(self) -> IndexKind:
        """The enabled index. Raises Unavailable for one that is not installed."""
        from tutela.detect.matching.index import pick_index

        return pick_index(self.index)

    def caps(self) -> dict[str, int]:
        """The limits of an answer that differ from the engine's own, as ``MatchEngine`` names them."""
        chosen = {"per_print_max": self.per_print_max, "per_file_max": self.per_file_max}
        return {name: value for name, value in chosen.items() if value is not None}

    def decisive(self) -> dict[str, Any]:
        """What must be the same when a scan is taken up, as JSON values; not engine and workers."""
        return {
            "profile": self.profile,
            "mode": self.pdq_mode,
            "film": self.film_mode,
            "film_rate_hz": self.film_rate_hz,
            "dihedral": self.dihedral,
            "hashers": list(self.hashers),
            "limits": asdict(self.limits[self.profile]),
        }

    def described(self) -> list[tuple[str, str]]:
        """The decisive values for a report, each limit on a line of its own."""
        values = self.decisive()
        limits = values.pop("limits")
        return [
            *((name, str(value)) for name, value in values.items()),
            *((f"limit {name}", f"{value}") for name, value in limits.items()),
        ]


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
