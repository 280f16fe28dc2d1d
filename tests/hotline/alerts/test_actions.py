from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hotline.takedown.making import START, a_clock
from tutela.hotline.alerts.actions import AGAIN, APART, give_back, take_words
from tutela.hotline.alerts.models import Alert

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def said(found: dict[str, int], now: datetime) -> list[tuple[str, str, int]]:
    return [(word.kind, word.event, word.number) for word in take_words(found, now=now)]


def test_a_kind_is_said_once_an_hour_until_it_is_over() -> None:
    told = []
    for minute in range(0, 151, 10):
        found = {"job_parked": 2} if minute < 130 else {}
        told += [(minute, event) for _, event, _ in said(found, START + minute * MINUTE)]
    assert told == [(0, "began"), (60, "goes_on"), (120, "goes_on"), (130, "over")]


def test_what_comes_and_goes_is_said_as_seldom() -> None:
    told = []
    for minute in range(0, 61, 5):
        found = {"disk_full": 3} if minute % 10 == 0 else {}
        told += [(minute, event) for _, event, _ in said(found, START + minute * MINUTE)]
    assert told == [(0, "began"), (5, "over"), (60, "began")]


def test_kinds_are_said_each_for_itself_with_their_numbers() -> None:
    assert said({"job_parked": 2, "notice_in_doubt": 7}, START) == [
        ("notice_in_doubt", "began", 7),
        ("job_parked", "began", 2),
    ]
    assert said({"job_parked": 2}, START + MINUTE) == [("notice_in_doubt", "over", 0)]
    assert Alert.objects.get(kind="job_parked").since == START


@pytest.mark.parametrize("event", ["began", "over"])
def test_a_word_that_reached_nobody_is_tried_again_soon(event: str) -> None:
    words = take_words({"job_parked": 2}, now=START)
    if event == "over":
        words = take_words({}, now=START)
    give_back(words, now=START)
    found = {"job_parked": 2} if event == "began" else {}
    assert said(found, START + MINUTE) == []
    assert [word[1] for word in said(found, START + AGAIN)] == [event]
    assert said(found, START + AGAIN + MINUTE) == []


def test_a_clock_that_was_set_back_holds_nothing_up() -> None:
    said({"job_parked": 2}, START)
    assert said({"job_parked": 2}, START - timedelta(days=30)) == [("job_parked", "goes_on", 2)]


def test_what_was_never_wrong_leaves_no_row() -> None:
    assert said({}, START) == []
    assert not Alert.objects.exists()


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(st.tuples(st.integers(1, 40), st.booleans()), max_size=25))
def test_however_it_goes_words_alternate_and_are_far_apart(steps: list[tuple[int, bool]]) -> None:
    Alert.objects.all().delete()
    now, last_on, is_told = a_clock().now(), None, False
    for minutes, wrong in steps:
        now += minutes * MINUTE
        for _, event, _ in said({"disk_full": 1} if wrong else {}, now):
            if event == "over":
                assert is_told and not wrong
            else:
                assert wrong and (event == "goes_on") is is_told
                assert last_on is None or now - last_on >= APART
                last_on = now
            is_told = event != "over"
