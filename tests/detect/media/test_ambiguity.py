"""The reasons why a viewer may show something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutela.detect.media.ambiguity import LEFT_OUT, REASONS, remark

MANUAL = Path(__file__).resolve().parents[3] / "docs" / "explanation" / "sandbox.md"


def test_every_reason_has_a_bit_of_its_own_in_32() -> None:
    assert len(set(REASONS)) == len(REASONS) <= 32
    assert all(reason.isidentifier() for reason in REASONS)


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_in_the_manual(reason: str) -> None:
    assert f"| `{reason}` |" in MANUAL.read_text(encoding="utf-8")


def test_what_every_shown_form_covers_needs_no_remark() -> None:
    assert remark(set(REASONS) - set(LEFT_OUT)) == ""


@pytest.mark.parametrize("reason", LEFT_OUT)
def test_what_was_left_out_is_said_in_words(reason: str) -> None:
    assert reason in REASONS
    assert LEFT_OUT[reason] in remark([reason])


def test_a_second_picture_is_not_also_called_data() -> None:
    assert LEFT_OUT["trailing_data"] not in remark(["trailing_data", "second_picture"])
