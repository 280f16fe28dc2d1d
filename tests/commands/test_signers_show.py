from __future__ import annotations

from tests.commands.board import Board


def test_the_signers_are_shown_with_digest_and_anchor(board: Board) -> None:
    board.does("signers", "init", "anna", "ben")
    said = board.does("signers", "show")
    row = board.json("signers", "show")
    assert row["need"] == 2 and all(key in said for key in row["signers"])
    assert row["sha256"] in said and row["anchor"] == row["sha256"] and "any 2 of 2, number 1" in said


def test_a_damaged_history_is_refused(board: Board) -> None:
    board.does("signers", "init", "anna", "ben")
    file = board.home / "configuration" / "signers" / "1.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("number = 1", "number = 2"), encoding="utf-8")
    assert board("signers", "show") == 2 and "signers 1:" in board.err
