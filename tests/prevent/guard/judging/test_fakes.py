"""The doubles say what they were told to say."""

from __future__ import annotations

import numpy as np
import pytest

from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.judging.fakes import FakeJudge, FakeKnown
from tutela.prevent.guard.judging.shapes import digests_of
from tutela.prevent.guard.shapes import SHOWN, undecided

PRINT = bytes(range(32))


def rows(*values: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.frombuffer(b"".join(values), np.uint8).reshape(-1, 32)


def test_fake_lists_know_files_and_what_looks_like_them() -> None:
    known = FakeKnown(sha256={digests_of(b"a").sha256}, prints=[PRINT])
    flipped = bytes([PRINT[0] ^ 0xFF, PRINT[1] ^ 0xFF, PRINT[2] ^ 0xFF, PRINT[3] ^ 0x7F]) + PRINT[4:]
    further = flipped[:4] + bytes([flipped[4] ^ 1]) + flipped[5:]
    assert known.ask(digests_of(b"a"), rows()) == "exact"
    assert known.ask(digests_of(b"b"), rows(flipped)) == "near"
    assert known.ask(digests_of(b"b"), rows(further)) is None
    assert (known.asked, known.counts) == (3, [0, 1, 1])


def test_broken_fake_lists_are_unavailable() -> None:
    with pytest.raises(Unavailable):
        FakeKnown(broken=True).ask(digests_of(b"a"), rows())


def test_a_fake_judge_rules_as_told() -> None:
    judge = FakeJudge.holding([b"x"], undecided("too_slow"))
    assert judge.rule(b"x") == undecided("too_slow")
    assert judge.rule(b"yy") is SHOWN
    judge.close()
    assert (judge.asked, judge.closed) == ([1, 2], True)
