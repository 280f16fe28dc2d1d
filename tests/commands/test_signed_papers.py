from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.board import Board
from tutela.commands import signed_papers
from tutela.kernel.errors import Invalid


def test_the_house_is_the_one_in_tutela_home(board: Board) -> None:
    assert signed_papers.known_chain() is None
    board.does("signers", "init", "anna", "ben")
    chain = signed_papers.known_chain()
    assert chain is not None and chain.signers.need == 2
    assert signed_papers.keys_place(None) == board.home / "signing"
    assert signed_papers.keys_place(Path("stick")) == Path("stick")


def test_a_key_is_found_or_made(board: Board) -> None:
    made = signed_papers.own_key(None, "anna")
    assert signed_papers.own_key(None, "anna").note_key == made.note_key
    assert signed_papers.signing_key(None, None).note_key == made.note_key
    with pytest.raises(Invalid, match="a signer's name"):
        signed_papers.own_key(None, "A B")


def test_a_paper_that_is_none_is_refused(board: Board) -> None:
    for name, data in (("one", b"\xff"), ("two", "text\n\n\N{EM DASH} x\n".encode())):
        (board.folder / name).write_bytes(data)
        with pytest.raises(Invalid):
            signed_papers.read_paper(board.folder / name)
