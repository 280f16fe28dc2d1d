"""Answers: when an entry is named, how near, and what loaded beforehand means."""

from __future__ import annotations

from typing import get_args

from tutela.detect.service.conformance.shapes.contract import ABILITY_WORDS, Ability, Answer, Entry, Hit

ENTRY = Entry(list="a", name="1")
ANSWER = Answer(
    hits=(
        Hit(list="a", entry="1", distance_bits=9),
        Hit(list="a", entry="1", distance_bits=4),
        Hit(list="b"),
    )
)


def test_an_entry_is_named_by_itself_or_by_its_list_where_no_entries_are_told() -> None:
    assert ANSWER.names(ENTRY)
    assert not ANSWER.names(Entry(list="a", name="2"))
    assert ANSWER.names(Entry(list="b", name="2"))
    assert not ANSWER.names(Entry(list="c", name="1"))


def test_any_hit_names_what_somebody_else_loaded() -> None:
    assert ANSWER.names(Entry(list="", name="1"))
    assert not Answer().names(Entry(list="", name="1"))


def test_the_nearest_distance_counts() -> None:
    assert ANSWER.distance_bits(ENTRY) == 4
    assert ANSWER.distance_bits(Entry(list="b", name="1")) is None


def test_lists_are_met_by_name_or_at_all() -> None:
    assert ANSWER.meets("b")
    assert not ANSWER.meets("c")
    assert ANSWER.meets("")
    assert not Answer().meets("")


def test_every_ability_says_what_its_lack_means() -> None:
    assert set(ABILITY_WORDS) == set(get_args(Ability))
