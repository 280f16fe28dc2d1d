"""The reasons why a viewer may show something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutela.detect.media.ambiguity import REASONS

MANUAL = Path(__file__).resolve().parents[3] / "docs" / "explanation" / "sandbox.md"


def test_every_reason_has_a_bit_of_its_own_in_32() -> None:
    assert len(set(REASONS)) == len(REASONS) <= 32
    assert all(reason.isidentifier() for reason in REASONS)


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_in_the_manual(reason: str) -> None:
    assert f"| `{reason}` |" in MANUAL.read_text(encoding="utf-8")
