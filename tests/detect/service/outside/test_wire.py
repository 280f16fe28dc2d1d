"""Answers from outside are read strictly: an opinion, or ValueError; never a surprise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.service.outside.opinions import OutsideAnswer, check_answer
from tutela.detect.service.outside.wire import (
    REVIEW_PRIORITIES,
    parse_content_safety,
    parse_photodna,
    parse_vendor,
)

#: As the public page of PhotoDNA Cloud's Match operation shows it.
PHOTODNA = {
    "Status": {"Code": 3000, "Description": "OK", "Exception": None},
    "ContentId": "image1",
    "IsMatch": True,
    "MatchDetails": {
        "AdvancedInfo": [],
        "MatchFlags": [{"Source": "Test", "Violations": ["A1"], "MatchDistance": 0}, {"Source": "Test"}],
    },
    "TrackingId": "WUS_abc1235",
}
VENDOR = {
    "model": "eye",
    "version": "2.1",
    "labels": [{"name": "low", "score": 0.1}, {"name": "High!", "score": 1}],
}


def test_photodna_match_and_no_match() -> None:
    assert parse_photodna(PHOTODNA) == OutsideAnswer(
        score=1.0, label="match", reasons=("source_test",), model="photodna-cloud"
    )
    assert parse_photodna(PHOTODNA | {"IsMatch": False, "MatchDetails": None}).label == "no_match"


@pytest.mark.parametrize(
    "other",
    [
        {"Status": {"Code": 3206}}, {"Status": None}, {"IsMatch": "true"}, {"IsMatch": None},
        {"MatchDetails": {"MatchFlags": [{"Source": 7}]}}, {"MatchDetails": {"MatchFlags": "x"}},
        {"MatchDetails": {"MatchFlags": [{"Source": "s" * 31}]}},
    ],
)  # fmt: skip
def test_photodna_anything_else_is_refused(other: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        parse_photodna(PHOTODNA | other)


def test_content_safety_orders_its_five_words() -> None:
    scores = [
        parse_content_safety({"reviewPriorities": [word], "modelVersion": "1.1.0"}).score
        for word in REVIEW_PRIORITIES
    ]
    assert scores == sorted(scores)
    answer = parse_content_safety({"reviewPriorities": ["VERY_HIGH"], "modelVersion": "1.1.0"})
    assert (answer.score, answer.label, answer.model) == (1.0, "very_high", "content-safety-1.1.0")
    assert parse_content_safety({"reviewPriorities": ["LOW"]}).model == "content-safety-unknown"


@pytest.mark.parametrize("priorities", [[], ["HIGH", "LOW"], ["URGENT"], "HIGH", None, [3]])
def test_content_safety_anything_else_is_refused(priorities: object) -> None:
    with pytest.raises(ValueError):
        parse_content_safety({"reviewPriorities": priorities})


def test_vendor_labels_come_highest_first() -> None:
    assert parse_vendor(VENDOR) == OutsideAnswer(
        score=1.0, label="high", reasons=("high", "low"), model="eye-2.1"
    )


@pytest.mark.parametrize("score", [True, "1", None, -0.1, 1.1, float("nan"), float("inf")])
def test_vendor_scores_are_numbers_from_0_to_1(score: object) -> None:
    with pytest.raises(ValueError):
        parse_vendor(VENDOR | {"labels": [{"name": "a", "score": score}]})


def test_vendor_without_labels_says_nothing() -> None:
    with pytest.raises(ValueError):
        parse_vendor(VENDOR | {"labels": []})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["Status", "Code", "IsMatch", "MatchDetails", "MatchFlags", "Source", "labels",
                         "name",
                         "score", "reviewPriorities", "modelVersion", "model", "version"]),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.parametrize("parse", [parse_photodna, parse_content_safety, parse_vendor])
@given(untrusted=JSON, template=st.booleans())
def test_any_json_is_an_opinion_or_value_error(
    parse: Callable[[object], OutsideAnswer], untrusted: Any, template: bool
) -> None:
    whole = PHOTODNA | VENDOR | {"reviewPriorities": ["LOW"]}
    if template and isinstance(untrusted, dict):
        untrusted = whole | untrusted
    try:
        answer = parse(untrusted)
    except ValueError:
        return
    assert check_answer(answer) == answer
