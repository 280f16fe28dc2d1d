"""The fake answers as the real one does."""

from __future__ import annotations

import numpy as np
import pytest

from tests.detect.matching.making import flipped, value
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.lists.fakes import MemoryKnown
from tutela.prevent.guard.lists.shapes import Digests, Known

NO_PRINTS = np.empty((0, 32), np.uint8)


def test_it_answers_from_memory() -> None:
    known: Known = MemoryKnown([value(1)], [value(2)])
    near = np.frombuffer(flipped(value(2), *range(31)), np.uint8)[None]
    far = np.frombuffer(flipped(value(2), *range(32)), np.uint8)[None]
    assert known.ask(Digests(sha256=value(1)), near) == "exact"
    assert known.ask(Digests(sha256=value(3)), near) == "near"
    assert known.ask(Digests(), far) is None
    assert MemoryKnown().ask(Digests(sha256=value(1)), NO_PRINTS) is None


def test_it_can_be_made_to_fail() -> None:
    known = MemoryKnown()
    known.failing = "the list expired"
    with pytest.raises(Unavailable, match="expired"):
        known.ask(Digests(), NO_PRINTS)
    known.failing = ""
    known.ask(Digests(sha256=value(1)), NO_PRINTS)
    assert known.asked == [(1, 0)]
    known.close()
    with pytest.raises(Unavailable, match="closed"):
        known.ask(Digests(), NO_PRINTS)
