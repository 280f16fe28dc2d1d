"""How much a list holds, in counts: for curators and for the role statistics. Never a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutela.detect.matching.columns import KIND_CODES, KIND_NAMES
from tutela.detect.matching.memory import MemoryPart
from tutela.detect.matching.parts import OpenList
from tutela.detect.matching.tlist import ListView


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """Standing values of a list by kind, and how many of them are in dispute."""

    disputed: int
    kinds: dict[str, int]


def counts_of(one: OpenList) -> Counts:
    """The counts of a list as it stands; about 10 ms a million values."""
    parts = [part for part in one.parts() if isinstance(part, ListView | MemoryPart)]
    return _sum([_part_counts(part) for part in parts])


class CountsKeeper:
    """Counts by list, counted again only when its version changed."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, Counts]] = {}

    def counts(self, name: str, one: OpenList) -> Counts:
        """The counts of the list ``name``."""
        version = one.version
        kept = self._kept.get(name)
        if kept is None or kept[0] != version:
            kept = (version, counts_of(one))
            self._kept[name] = kept
        return kept[1]


def _part_counts(part: ListView | MemoryPart) -> Counts:
    every = part.rows
    rows = every[_standing(part, len(every))]
    codes = np.bincount(rows["kind"], minlength=max(KIND_NAMES) + 1)
    return Counts(
        disputed=int(np.count_nonzero(rows["disputed"])),
        kinds={kind: int(codes[code]) for kind, code in KIND_CODES.items()},
    )


def _standing(part: ListView | MemoryPart, count: int) -> NDArray[np.bool_]:
    """Which of the first ``count`` rows were not removed; more may come while they are counted."""
    dead = np.fromiter(part.dead, np.int64)
    mask = np.ones(count, np.bool_)
    mask[dead[dead < count]] = False
    return mask


def _sum(counts: Sequence[Counts]) -> Counts:
    kinds = {kind: sum(one.kinds[kind] for one in counts) for kind in KIND_CODES}
    return Counts(
        disputed=sum(one.disputed for one in counts),
        kinds={kind: number for kind, number in kinds.items() if number},
    )
