from __future__ import annotations

import pytest

from tests.commands.board import Board

HOUSES = [("mandate", "police-first", "number = 1"), ("quorum", "small", "number = 1")]


@pytest.mark.parametrize(("word", "name", "number"), HOUSES)
def test_a_sample_is_signed_by_two_and_comes_into_force(
    board: Board, word: str, name: str, number: str
) -> None:
    board.does("signers", "init", "anna", "ben")
    file = board.sample(word, name)
    board.enact(word, file, "anna", "ben")
    digest = board.out.split()[-1]
    assert f"{word} number 1 is in force" in board.out
    shown = board.json(word, "show")
    assert shown["sha256"] == digest and shown["signed_by"] == ["anna", "ben"]
    assert "signed by anna, ben" in board.does(word, "show")
    assert board(word, "enact", file) == 2 and "a later one has a number above it" in board.err
    board.enact(word, board.sample(word, name, number, "number = 2"), "ben", "anna")
    assert board.json(word, "show")["number"] == 2


@pytest.mark.parametrize(("word", "name", "number"), HOUSES)
def test_one_signature_is_not_enough(board: Board, word: str, name: str, number: str) -> None:
    board.does("signers", "init", "anna", "ben")
    file = board.sample(word, name)
    assert board(word, "enact", file) == 2 and "nobody signed it" in board.err
    board.does(word, "sign", file, "--as", "anna", *(["--rehearsal"] if word == "mandate" else []))
    assert "1 more of its signers" in board.err
    assert board(word, "enact", file) == 2 and "1 signed, 2 signatures are needed" in board.err
    assert board(word, "show") == 2 and "there is none" in board.err
    board.enact(word, file, "ben")


def test_a_change_after_a_signature_takes_it_off(board: Board) -> None:
    board.does("signers", "init", "anna", "ben")
    file = board.sample("quorum", "small")
    board.does("quorum", "sign", file, "--as", "anna")
    text = (board.folder / file).read_text(encoding="utf-8")
    (board.folder / file).write_text(text.replace('name = "small"', 'name = "ours"'), encoding="utf-8")
    assert board("quorum", "enact", file) == 2 and "anna does not fit" in board.err
    board.does("quorum", "sign", file, "--as", "ben")
    assert "since anna signed: that signature is taken off" in board.err
    board.enact("quorum", file, "anna")
    assert board.json("quorum", "show")["quorum"] == "ours"


def test_check_names_the_key_that_is_wrong(board: Board) -> None:
    file = board.sample(
        "quorum", "small", "[consequences.own_list]\nvotes = 2", "[consequences.own_list]\nvotes = 1"
    )
    assert board("quorum", "check", file) == 2
    assert "quorum.toml: consequences.own_list.votes: at least 2" in board.err
    assert board("quorum", "sign", file, "--as", "anna") == 2 and "at least 2" in board.err
    assert board("quorum", "check", "none.toml") == 2 and "there is no such file" in board.err
    (board.folder / "bad.toml").write_bytes(b"\xff")
    assert board("quorum", "check", "bad.toml") == 2 and "bad.toml" in board.err


def test_a_signer_s_own_machine_needs_nothing_of_the_house(board: Board) -> None:
    board.does("signers", "key", "cleo", "--keys", "stick")
    file = board.sample("quorum", "small")
    board.does("quorum", "sign", file, "--keys", "stick")
    assert board.out == "quorum.toml: signed by cleo\n" and board.err == ""
    assert "signatures, unchecked: cleo" in (board("quorum", "check", file), board.err)[1]


def test_whose_key_is_said_where_there_are_several(board: Board) -> None:
    board.does("signers", "init", "anna", "ben")
    file = board.sample("quorum", "small")
    assert board("quorum", "sign", file) == 2 and "--as: say whose key signs" in board.err
    assert board("quorum", "sign", file, "--as", "dora") == 2 and "tutela signers key dora" in board.err


def test_a_key_under_a_passphrase_signs(board: Board) -> None:
    board.types("correct horse")
    board.does("signers", "key", "anna", "--passphrase")
    file = board.sample("quorum", "small")
    assert "signed by anna" in board.does("quorum", "sign", file)
    board.types("wrong horse")
    assert board("quorum", "sign", file) == 2 and "passphrase" in board.err
