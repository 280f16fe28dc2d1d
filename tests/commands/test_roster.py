from __future__ import annotations

import pytest

from tests.commands.board import Board
from tests.hotline.people import making


def test_check_says_what_a_roster_means(board: Board) -> None:
    said = board.does("roster", "check", board.sample("roster", "two-people"))
    assert "roster number 1, 2 accounts" in said and "renewal 2: Ada Lovelace, senior_analyst" in said
    people = board.json("roster", "check", "roster.toml")["people"]
    assert {one["name"] for one in people.values()} == {"Ada Lovelace", "Mary Somerville"}


def test_a_roster_that_too_few_signed_is_not_put_in_force(board: Board) -> None:
    board.does("signers", "init", "anna", "ben")
    board.sample("roster", "two-people")
    board.does("roster", "sign", "roster.toml", "--as", "anna")
    assert board("roster", "enact", "roster.toml") == 2
    board.does("roster", "sign", "roster.toml", "--as", "ben")
    board.does("roster", "enact", "roster.toml")
    assert board.json("roster", "show")["signed_by"] == ["anna", "ben"]


@pytest.mark.django_db
def test_the_draft_names_who_works_here_under_the_next_number(board: Board) -> None:
    board.does("signers", "init", "anna", "ben")
    ada = making.person("analyst", name='Ada "Countess" Lovelace')
    for number in (1, 2):
        (board.folder / "roster.toml").write_text(board.does("roster", "draft"))
        found = board.json("roster", "check", "roster.toml")
        assert found["number"] == number
        assert found["people"] == {ada.public_id: {"name": ada.name, "roles": ["analyst"], "renewal": 1}}
        board.enact("roster", "roster.toml", "anna", "ben")
