from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.matching.listings import entries
from tests.detect.service.drafts import NOW, act, add, create
from tutela.detect.service.change_json import parse_change, render_change
from tutela.detect.service.changes import Act, Change, Draft, checked_draft

IDS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20)
MOMENTS = st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.just(UTC))


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Any draft that may be appended."""
    chosen = draw(st.sampled_from(get_args(Act)))
    if chosen == "create":
        return checked_draft(create("list", stale_after_seconds=draw(st.integers(0, 99)), law=draw(IDS)))
    if chosen == "add":
        version = draw(st.integers(0, (1 << 63) - 1))
        return add("list", *draw(st.lists(entries(), max_size=3)), source_version=version)
    ids = tuple(draw(st.lists(IDS, min_size=1, max_size=3)))
    fields = {
        "ids": ids,
        "until": draw(st.none() | MOMENTS),
        "ratio": draw(st.floats(0, 1)),
        "seed": draw(IDS),
    }
    return act("list", chosen, **fields)


@given(drafts(), st.integers(1, 1 << 60), MOMENTS)
def test_every_change_is_read_back_as_it_was(draft: Draft, sequence: int, made: datetime) -> None:
    change = Change(sequence=sequence, made=made, draft=draft)
    assert parse_change(sequence, render_change(change)) == change


def test_values_are_not_spelled_out_twice_and_usual_fields_are_left_out() -> None:
    fields = json.loads(render_change(Change(sequence=1, made=NOW, draft=act("a", "release"))))
    assert fields == {
        "v": 1,
        "made": "2026-05-06T07:08:09Z",
        "list": "a",
        "act": "release",
        "caller": "somebody",
    }


GOOD = json.loads(render_change(Change(sequence=1, made=NOW, draft=act("a", "remove", ids=("x",)))))


@pytest.mark.parametrize(
    "wrong",
    [
        {"v": 2},
        {"v": True, "act": "destroy"},
        {"made": None},
        {"made": "yesterday"},
        {"act": "destroy"},
        {"list": 7},
        {"list": "../a"},
        {"ids": "x"},
        {"ids": [1]},
        {"ids": []},
        {"ratio": "1"},
        {"ratio": 7},
        {"entries": [1]},
        {"header": 1},
        {"until": 1},
        {"source_version": True},
    ],
)
def test_what_no_release_could_have_written_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        parse_change(1, json.dumps(GOOD | wrong))


@given(st.binary(max_size=40) | st.text(max_size=40))
def test_anything_else_is_refused_with_a_value_error(untrusted: bytes | str) -> None:
    with pytest.raises(ValueError):
        parse_change(1, untrusted)


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(ValueError):
        parse_change(1, "[" * 100_000)
