"""What decides the findings of a scan besides its lists: profile, modes, hashers, workers. Plain data.

Kept apart from the settings so that a command without a settings file starts without pydantic.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tutela.detect.fingerprints.hashers import DEFAULT_NAMES, Hasher, pick_hashers
from tutela.detect.matching.engine import PER_FILE_MAX, PER_PRINT_MAX
from tutela.detect.matching.index import BUCKETED, IndexKind, pick_index
from tutela.detect.matching.retro import FILES_MAX
from tutela.detect.media.pool import PoolRules
from tutela.detect.media.shapes import FORENSIC, WEB, Ask, FilmMode, Limits, PdqMode, Profile


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
    index: str = BUCKETED.name
    per_print_max: int = PER_PRINT_MAX
    per_file_max: int = PER_FILE_MAX
    seen_files_max: int = FILES_MAX
    rules: PoolRules = field(default_factory=PoolRules)
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
        return pick_index(self.index)

    def decisive(self) -> dict[str, Any]:
        """What must be the same when a scan is taken up, as JSON values; not engine and workers."""
        return {
            "profile": self.profile,
            "mode": self.pdq_mode,
            "film": self.film_mode,
            "film_rate_hz": self.film_rate_hz,
            "dihedral": self.dihedral,
            "hashers": list(self.hashers),
        }


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
