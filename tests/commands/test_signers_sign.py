from __future__ import annotations

from tests.commands.board import Board


def test_a_signature_is_one_more_line(board: Board) -> None:
    board.does("signers", "init", "anna", "ben")
    board.does("signers", "add", "--need", "2")
    before = (board.folder / "signers-2.toml").read_text()
    assert "signed by anna" in board.does("signers", "sign", "signers-2.toml", "--as", "anna")
    after = (board.folder / "signers-2.toml").read_text()
    assert after.startswith(before) and "\N{EM DASH} anna " in after


def test_a_file_that_names_no_signers_is_not_signed(board: Board) -> None:
    board.does("signers", "init", "anna", "ben")
    file = board.sample("quorum", "small")
    before = (board.folder / file).read_text()
    assert (
        board("signers", "sign", file, "--as", "anna") == 2
        and "this release reads tutela-signers/1" in board.err
    )
    assert (board.folder / file).read_text() == before
