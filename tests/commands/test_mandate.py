from __future__ import annotations

import pytest

from tests.commands.board import Board
from tutela.hotline.people.mandate.reading import SAMPLES


@pytest.mark.parametrize("sample", SAMPLES)
def test_check_says_what_a_mandate_means(board: Board, sample: str) -> None:
    said = board.does("mandate", "check", board.sample("mandate", sample))
    assert sample.replace("-", " ") in said and "A REHEARSAL" in said
    facts = board.json("mandate", "check", "mandate.toml")
    assert ("view_full" in facts["refused"]) == (sample == "no-viewing")
    assert ("view   NOT granted" in said) == (sample == "no-viewing")
    assert facts["police_first_hours"] == (72 if sample == "police-first" else None)
    assert ("the police hear of an item first; others 72 hours later" in said) == (sample == "police-first")


def test_a_sample_is_signed_for_a_rehearsal_only(board: Board) -> None:
    board.does("signers", "init", "anna", "ben")
    file = board.sample("mandate", "no-storage")
    assert board("mandate", "sign", file, "--as", "anna") == 2 and "--rehearsal" in board.err
    board.does("mandate", "sign", file, "--as", "anna", "--rehearsal")
    file = board.sample("mandate", "no-storage", '"XX"', '"DE"')
    board.does("mandate", "sign", file, "--as", "anna")
    assert "REHEARSAL" not in board.does("mandate", "check", file)


def test_an_unknown_sample_is_refused(board: Board) -> None:
    assert board("mandate", "sample", "everything") == 2 and "view-and-notify" in board.err
