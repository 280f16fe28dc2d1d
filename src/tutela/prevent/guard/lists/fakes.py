"""Answers from memory, for tests of whoever asks."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from tutela.arithmetic import words
from tutela.detect.matching.index import LINEAR
from tutela.detect.matching.shapes import PDQ_DISTANCE_BITS
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.lists.shapes import Digests, Met


class MemoryKnown:
    """A ``Known`` of these digests and PDQ values. With ``failing`` set to a sentence it is Unavailable."""

    def __init__(self, digests: Iterable[bytes] = (), prints: Iterable[bytes] = ()) -> None:
        self._digests = frozenset(digests)
        self._prints = LINEAR.build(words(b"".join(prints)))
        self.failing = ""
        #: Numbers of digests and of prints of every question so far.
        self.asked: list[tuple[int, int]] = []

    def ask(self, digests: Digests, prints: NDArray[np.uint8]) -> Met:
        """See ``Known``; PDQ values within 31 bits are near."""
        if self.failing:
            raise Unavailable(self.failing)
        self.asked.append((len(digests.by_kind()), len(prints)))
        if self._digests.intersection(digests.by_kind().values()):
            return "exact"
        found = self._prints.within(words(prints), PDQ_DISTANCE_BITS, batch=True, per_query_max=1)
        return "near" if len(found) else None

    def close(self) -> None:
        """Makes it unusable, as the real one is then."""
        self.failing = "the list is closed"
