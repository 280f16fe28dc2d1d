from __future__ import annotations

from tests.commands.board import Board


def test_the_public_half_is_printed_and_the_private_half_kept(board: Board) -> None:
    said = board.does("signers", "key", "anna")
    assert said.startswith("anna+") and "PRIVATE" not in said + board.err
    text = (board.home / "signing" / "anna.key").read_text()
    assert text.startswith("PRIVATE+KEY+anna+")
    assert board("signers", "key", "anna") == 2 and "nothing was changed" in board.err
    assert board("signers", "key", "Anna B") == 2 and "name: a signer's name" in board.err


def test_a_passphrase_seals_it(board: Board) -> None:
    board.types("correct horse")
    board.does("signers", "key", "anna", "--passphrase")
    assert b"PRIVATE" not in (board.home / "signing" / "anna.key.age").read_bytes()
