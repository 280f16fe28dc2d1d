from __future__ import annotations

from tests.commands.board import Board


def test_names_begin_a_house_with_keys_made_here(board: Board) -> None:
    assert "any 2 of 3 sign from now on" in board.does("signers", "init", "anna", "ben", "cleo")
    assert "give each to its owner" in board.err and "PRIVATE" not in board.out + board.err
    keys = sorted((board.home / "signing").iterdir())
    assert [key.name for key in keys] == ["anna.key", "ben.key", "cleo.key"]
    assert all(key.stat().st_mode & 0o777 == 0o600 for key in keys)
    assert board("signers", "init", "dora", "emil") == 2 and "signers add" in board.err


def test_public_keys_make_a_draft_that_each_of_them_signs(board: Board) -> None:
    lines = [board.does("signers", "key", name, "--keys", name).strip() for name in ("anna", "ben")]
    assert "signers-1.toml" in board.does("signers", "init", *lines)
    assert board("signers", "show") == 2 and "tutela signers init" in board.err
    board.does("signers", "sign", "signers-1.toml", "--keys", "anna")
    assert board("signers", "enact", "signers-1.toml") == 2 and "1 signed, 2" in board.err
    board.does("signers", "sign", "signers-1.toml", "--keys", "ben")
    assert "any 2 of 2" in board.does("signers", "enact", "signers-1.toml")
    assert board.json("signers", "show")["signers"] == lines


def test_one_signer_alone_or_a_key_that_is_none_is_refused(board: Board) -> None:
    assert board("signers", "init", "anna") == 2 and "need: from 2" in board.err
    assert board("signers", "init", "anna", "ben", "--need", "1") == 2
    assert board("signers", "init", "anna", "ben+12+xx") == 2 and "signers:" in board.err
    assert board("signers", "init", "anna", "ben", "--need", "3") == 2
    assert not (board.home / "configuration").exists()
