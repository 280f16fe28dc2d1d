from __future__ import annotations

from tests.commands.board import Board


def test_a_file_comes_into_force_once_and_in_its_turn(board: Board) -> None:
    board.does("signers", "init", "anna", "ben", "cleo")
    board.enact("quorum", board.sample("quorum", "small"), "anna", "ben")
    board.does("signers", "add", "--need", "2")
    for name in ("anna", "ben"):
        board.does("signers", "sign", "signers-2.toml", "--as", name)
    board.does("signers", "enact", "signers-2.toml")
    assert "mandate.toml is to be signed" in board.err and "quorum.toml" not in board.err
    assert board("signers", "enact", "signers-2.toml") == 2 and "does not follow" in board.err
    assert board("signers", "enact", "none.toml") == 2 and "no such file" in board.err
