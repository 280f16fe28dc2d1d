from __future__ import annotations

from tests.commands.board import Board


def test_somebody_joins_and_somebody_leaves_with_the_signatures_of_both_sides(board: Board) -> None:
    board.does("signers", "init", "anna", "ben")
    board.enact("quorum", board.sample("quorum", "small"), "anna", "ben")
    cleo = board.does("signers", "key", "cleo", "--keys", "stick").strip()
    said = board.does("signers", "add", cleo, "--remove", "ben")
    assert said == "signers-2.toml: 2 of the present signers and 2 of the next sign it\n"
    board.does("signers", "sign", "signers-2.toml", "--as", "anna")
    board.does("signers", "sign", "signers-2.toml", "--keys", "stick")
    assert board("signers", "enact", "signers-2.toml") == 2 and "1 signed, 2" in board.err
    board.does("signers", "sign", "signers-2.toml", "--as", "ben")
    assert "any 2 of 2 sign from now on, number 2" in board.does("signers", "enact", "signers-2.toml")
    assert "quorum.toml is to be signed again, or nothing starts" in board.err
    assert board("quorum", "show") == 2 and "1 signed, 2" in board.err
    kept = board.home / "configuration" / "quorum.toml"
    board.does("quorum", "sign", str(kept), "--keys", "stick")
    assert board.json("quorum", "show")["signed_by"] == ["anna", "cleo"]


def test_the_number_needed_changes_alike(board: Board) -> None:
    board.does("signers", "init", "anna", "ben", "cleo")
    board.does("signers", "add", "--need", "3")
    for name in ("anna", "ben", "cleo"):
        assert board("signers", "enact", "signers-2.toml") == 2
        board.does("signers", "sign", "signers-2.toml", "--as", name)
    assert "any 3 of 3" in board.does("signers", "enact", "signers-2.toml")


def test_what_cannot_be_is_refused(board: Board) -> None:
    assert board("signers", "add") == 2 and "tutela signers init" in board.err
    board.does("signers", "init", "anna", "ben")
    assert board("signers", "add", "--remove", "dora") == 2 and "no signer here: dora" in board.err
    assert board("signers", "add", "--remove", "ben") == 2 and "need: from 2" in board.err
    assert board("signers", "add", "dora") == 2 and "signers:" in board.err
    assert not (board.folder / "signers-2.toml").exists()
