"""The reasons why a viewer may show something else."""

from __future__ import annotations

from tutela.detect.media.ambiguity import REASONS


def test_every_reason_has_a_bit_of_its_own_in_32() -> None:
    assert len(set(REASONS)) == len(REASONS) <= 32
    assert all(reason.isidentifier() for reason in REASONS)
