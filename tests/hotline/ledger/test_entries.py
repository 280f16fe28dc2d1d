from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hotline.ledger.steps import a_step
from tutela.hotline.ledger.actors import PUBLIC, Actor, person, process
from tutela.hotline.ledger.entries import NUMBER_MAX, Columns, Entry, check_words, columns_of, parse
from tutela.kernel.ids import new_id
from tutela.kernel.log import declare_words

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
USER, ITEM = "usr_" + "1" * 32, "itm_" + "2" * 32

slugs = st.from_regex(r"[a-z]{2,8}(_[a-z]{1,5}){0,2}", fullmatch=True).filter(lambda s: s != "configuration")
facts = st.dictionaries(
    slugs, st.booleans() | st.integers(-NUMBER_MAX, NUMBER_MAX) | slugs | st.just(ITEM), max_size=5
)
actors = st.sampled_from([PUBLIC, person(USER), process("worker")])
times = st.datetimes(timezones=st.just(UTC))
entries = st.builds(
    Entry, act=slugs, actor=actors, at=times, subject=st.sampled_from(["", ITEM]), facts=facts
)


def an_entry(**changes: Any) -> Entry:
    return Entry(**{"act": "item_moved", "actor": person(USER), "at": NOON, "subject": ITEM, **changes})


@given(entry=entries)
def test_a_leaf_is_read_as_it_was_written(entry: Entry) -> None:
    assert parse(entry.leaf()) == entry


@given(garbage=st.binary())
def test_other_bytes_are_no_entry(garbage: bytes) -> None:
    assert parse(garbage) is None and columns_of(garbage) == Columns()


def test_the_form_of_a_leaf_stays() -> None:
    assert an_entry(facts={"votes": 2}).leaf() == (
        b'{"act":"item_moved","actor":"' + USER.encode() + b'","actor_kind":"person",'
        b'"at":"2026-05-01T12:00:00+00:00","facts":{"votes":2},"kind":"tutela act 1",'
        b'"subject":"' + ITEM.encode() + b'"}'
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"subject": None},
        {"facts": []},
        {"facts": {"note": "a b"}},
        {"more": 1},
        {"at": "2026-05-01T12:00:00"},
        {"at": "2026-05-01T13:00:00+01:00"},
        {"actor_kind": "custody"},
        {"act": 5},
    ],
)
def test_a_wrong_entry_is_refused(changed: dict[str, Any]) -> None:
    row = {**json.loads(an_entry().leaf()), **changed}
    leaf = json.dumps(row, sort_keys=True, separators=(",", ":")).encode()
    with pytest.raises(ValueError):
        parse(leaf)
    assert columns_of(leaf) == Columns()


def test_there_is_one_way_to_write_it() -> None:
    with pytest.raises(ValueError, match="one way"):
        parse(an_entry().leaf().replace(b",", b", "))


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "http://a.test/x"},
        {"words": "two words"},
        {"share": 0.5},
        {"count": NUMBER_MAX + 1},
        {"digest": "a" * 64},
        {"Name": 1},
        {"nothing": None},
        {"configuration": "word"},
        {f"f{chr(97 + n)}": n for n in range(21)},
    ],
)
def test_a_fact_is_an_id_a_number_or_a_word(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        an_entry(facts=wrong)


def test_ids_numbers_words_and_the_digest_of_the_configuration_are_facts() -> None:
    entry = an_entry(
        facts={"item": new_id("itm_"), "votes": 2, "second": True, "reason": "law", "configuration": "0" * 64}
    )
    assert parse(entry.leaf()) == entry


@pytest.mark.parametrize("change", [{"subject": "a.test"}, {"at": datetime(2026, 5, 1)}, {"act": "Moved it"}])
def test_subject_time_and_act_have_their_form(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        an_entry(**change)


def test_what_is_written_has_declared_words_only() -> None:
    declare_words("lawful_reason")
    check_words({"reason": "lawful_reason", "item": ITEM, "votes": 2, "configuration": "0" * 64})
    with pytest.raises(ValueError, match="reason"):
        check_words({"reason": "never_declared_reason"})


def test_the_columns_repeat_the_leaf() -> None:
    assert columns_of(an_entry(actor=Actor(kind="process", name="worker")).leaf()) == Columns(
        act="item_moved", actor_kind="process", actor="worker", subject=ITEM, at=NOON
    )
    step = a_step()
    assert columns_of(step.leaf()) == Columns(
        act="custody_opened", actor_kind="custody", actor=step.who, subject=step.blob, at=step.at
    )
