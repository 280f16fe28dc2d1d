from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.hotline.people.vouching.roster import Line, Roster
from tutela.hotline.people.vouching.rule import WORDS, Account, Word, standing

LINE = Line(name="Ada", roles=frozenset({"analyst", "list_approver"}), renewal=3)


def account(public_id: str, **facts: object) -> Account:
    plain: dict[str, object] = {"renewal": 3, "roles": frozenset({"analyst"}), "in_office": True}
    return Account(public_id=public_id, **{"name": public_id.title()} | plain | facts)  # type: ignore[arg-type]  # as given


def word(giver: str, about: str, *, at: int = 3, giver_at: int = 3) -> Word:
    return Word(giver=giver, giver_renewal=giver_at, about=about, renewal=at)


def named(*names: str, line: Line = LINE) -> Roster:
    """A roster of these accounts, each under its own name but where ``line`` has another than Ada."""
    own = {one: replace(line, name=one.title()) if line.name == "Ada" else line for one in names}
    return Roster(number=1, people=own)


ADA, BEN, CLEO, DORA = map(account, ("ada", "ben", "cleo", "dora"))


def test_whom_the_roster_names_is_vouched_for() -> None:
    assert standing([ADA, BEN], [], named("ada", "gone")) == {"ada": "roster"}


@pytest.mark.parametrize(
    "line",
    [
        replace(LINE, renewal=2),
        replace(LINE, renewal=4),
        replace(LINE, name="Adda"),
        replace(LINE, roles=frozenset({"list_approver"})),
    ],
)
def test_a_line_that_is_not_of_this_account_as_it_stands_vouches_for_nobody(line: Line) -> None:
    assert standing([ADA], [], named("ada", line=line)) == {}


def test_a_role_that_does_not_vote_needs_no_line() -> None:
    both = replace(ADA, roles=frozenset({"analyst", "administrator"}))
    assert standing([both], [], named("ada")) == {"ada": "roster"}


def test_two_different_colleagues_vouch_and_oneself_does_not() -> None:
    roster, everybody = named("ada", "ben"), [ADA, BEN, CLEO]
    alone = [word("ada", "cleo"), word("ada", "cleo"), word("cleo", "cleo")]
    assert "cleo" not in standing(everybody, alone, roster)
    found = standing(everybody, [*alone, word("ben", "cleo")], roster)
    assert found == {"ada": "roster", "ben": "roster", "cleo": "colleagues"}


def test_words_go_on_from_one_to_the_next_and_fall_with_their_root() -> None:
    everybody = [DORA, CLEO, BEN, ADA]
    words = [word("cleo", "dora"), word("ben", "dora"), word("ada", "cleo"), word("ben", "cleo")]
    assert len(standing(everybody, words, named("ada", "ben"))) == 4
    assert standing(everybody, words, named("ben")) == {"ben": "roster"}


@pytest.mark.parametrize("changed", [word("ben", "cleo", at=2), word("ben", "cleo", giver_at=2)])
def test_a_word_of_another_renewal_does_not_count(changed: Word) -> None:
    found = standing([ADA, BEN, CLEO], [word("ada", "cleo"), changed], named("ada", "ben"))
    assert "cleo" not in found


def test_who_is_not_in_office_is_not_vouched_for_and_does_not_vouch() -> None:
    gone = replace(ADA, in_office=False)
    words = [word("ada", "cleo"), word("ben", "cleo")]
    assert standing([gone, BEN, CLEO], words, named("ada", "ben")) == {"ben": "roster"}


def test_two_accounts_of_one_name_are_one_person() -> None:
    """Under one on the roster, under the other known to colleagues, as if they were two."""
    again = account("again", name="ADA")
    words = [word("ben", "again"), word("cleo", "again")]
    everybody = [BEN, CLEO, again]
    assert "again" in standing(everybody, words, named("ben", "cleo"))
    assert "again" not in standing([*everybody, ADA], words, named("ada", "ben", "cleo"))
    both = [*words, word("ben", "ada"), word("cleo", "ada")]
    assert len(standing([*everybody, ADA], both, named("ben", "cleo"))) == 3


NAMES = st.sampled_from("abcdefgh")


@given(words=st.lists(st.tuples(NAMES, NAMES), max_size=60), roots=st.sets(NAMES, max_size=3))
def test_nobody_stands_whom_a_cut_of_one_root_leaves_alone(
    words: list[tuple[str, str]], roots: set[str]
) -> None:
    """However accounts vouch: with one root or none nobody else stands, and order changes nothing."""
    everybody = [account(one) for one in "abcdefgh"]
    given_words = [word(*one) for one in words]
    found = standing(everybody, given_words, named(*roots))
    assert found == standing(everybody[::-1], given_words[::-1], named(*roots))
    assert {name for name, how in found.items() if how == "roster"} == roots
    if len(roots) < WORDS:
        assert set(found) == roots
