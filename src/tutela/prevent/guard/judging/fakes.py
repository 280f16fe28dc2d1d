"""Lists and a judge that open nothing: doubles for tests of what stands on the guard."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tutela.detect.fingerprints.digests import Digests
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.judging.shapes import Found
from tutela.prevent.guard.shapes import HOLD_SECONDS, SHOWN, Ruling

#: Bits within which two PDQ hashes count as one picture (pdq/README).
NEAR_BITS: Final = 31


@dataclass(kw_only=True)
class FakeKnown:
    """Knows files by their SHA-256 and pictures by their PDQ; ``broken`` makes it Unavailable."""

    sha256: set[bytes] = field(default_factory=set)
    prints: list[bytes] = field(default_factory=list)
    broken: bool = False
    asked: int = 0
    #: How many hashes came with each question.
    counts: list[int] = field(default_factory=list)

    def ask(self, digests: Digests, prints: NDArray[np.uint8]) -> Found | None:
        """The answer by brute force. Raises Unavailable where it is broken."""
        self.asked += 1
        self.counts.append(len(prints))
        if self.broken:
            raise Unavailable("these lists are broken")
        if digests.sha256 in self.sha256:
            return "exact"
        return "near" if any(self._is_near(one) for one in prints) else None

    def _is_near(self, value: NDArray[np.uint8]) -> bool:
        theirs = (np.frombuffer(one, np.uint8) for one in self.prints)
        return any(int(np.bitwise_count(value ^ one).sum()) <= NEAR_BITS for one in theirs)


class FakeJudge:
    """Rules by a function of the bytes, and remembers how often it was asked."""

    def __init__(self, rule: Callable[[bytes], Ruling] = lambda _content: SHOWN) -> None:
        self._rule = rule
        self.asked: list[int] = []
        self.closed = False

    @classmethod
    def holding(cls, contents: Iterable[bytes], ruling: Ruling) -> FakeJudge:
        """One that gives ``ruling`` for these bytes and shows all others."""
        held = frozenset(contents)
        return cls(lambda content: ruling if content in held else SHOWN)

    def rule(self, untrusted_content: bytes, *, within_seconds: float = HOLD_SECONDS) -> Ruling:
        """The function's ruling."""
        self.asked.append(len(untrusted_content))
        return self._rule(untrusted_content)

    def close(self) -> None:
        """Remembers that it was closed."""
        self.closed = True
