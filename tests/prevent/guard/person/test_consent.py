from __future__ import annotations

import json
from datetime import UTC, date, datetime
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.clock import FixedClock
from tutela.prevent.guard.person.consent import (
    PARAGRAPHS,
    TEXT_VERSION,
    Consent,
    agreed,
    made_to,
    paragraphs,
    parse_consent,
    render_consent,
)
from tutela.prevent.guard.person.words import LANGUAGES, words_for

#: SHA-256 over the English text of each version. A text that changes gets a new version, in all languages.
TEXTS = {
    1: "9004fa31fe3f1eebb3316207497b3deb31a68406254bb8db28629cac2922c85a",
    2: "89fa4bb8b47c3e0e52489c0d9f7ee78f6b9c823f9a0bd26a9a1dfb033c87b9aa",
}


@given(st.dates(), st.sampled_from(LANGUAGES))
def test_a_record_comes_back_from_its_text_as_it_was(day: date, language: str) -> None:
    consent = Consent(text=TEXT_VERSION, day=day, language=language)
    assert parse_consent(render_consent(consent)) == consent


def test_it_holds_a_version_a_day_and_a_language_and_nothing_else() -> None:
    consent = agreed("de", FixedClock(datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)))
    assert json.loads(render_consent(consent)) == {
        "format": 1,
        "text": 2,
        "day": "2026-05-04",
        "language": "de",
    }
    assert consent.current


def test_who_agreed_to_an_earlier_text_is_asked_again() -> None:
    assert not Consent(text=1, day=date(2026, 5, 4), language="en").current


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_says_that_the_screen_can_be_looked_at_too(language: str) -> None:
    sees = words_for(language).say("consent.sees")
    assert "X11" in sees and len(sees.split(". ")) == 4


@pytest.mark.parametrize(
    "change",
    [
        {"name": "x"},
        {"text": 0},
        {"text": TEXT_VERSION + 1},
        {"text": True},
        {"day": "2026-05-04T03:02:01"},
        {"day": 3},
        {"language": "sv"},
        {"format": 2},
    ],
)
def test_what_was_never_shown_or_does_not_belong_there_is_refused(change: dict[str, object]) -> None:
    row = json.loads(render_consent(Consent(text=1, day=date(2026, 5, 4), language="en")))
    with pytest.raises(ValueError):
        parse_consent(json.dumps(row | change))
    with pytest.raises(ValueError):
        parse_consent("[]")


def test_a_time_of_the_day_is_no_day() -> None:
    with pytest.raises(ValueError, match="day"):
        Consent(text=1, day=datetime(2026, 5, 4, tzinfo=UTC), language="en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_text_is_read_in_every_language_with_the_way_out(language: str) -> None:
    said, words = paragraphs(language), words_for(language)
    assert len(said) == len(PARAGRAPHS) + 4 and said[-1] == words.say("consent.question")
    assert said[-3:-1] == made_to(words) and said[0] == words.say("consent.heading")
    asked = {name.removeprefix("consent.") for name in words.sentences if name.startswith("consent.")}
    assert asked == {*PARAGRAPHS, "heading", "question", "yes", "no", "made_to", "made_to_exit"}
    assert made_to(words)[0].count(".") == 1, "one sentence"


def test_what_the_person_has_to_know_is_there() -> None:
    assert {"sees", "never_keeps", "pause", "leave", "emergency", "not_covered", "own_device"} <= set(
        PARAGRAPHS
    )


def test_a_text_that_changed_has_a_new_version() -> None:
    text = "\n".join(paragraphs("en"))
    assert TEXTS[TEXT_VERSION] == sha256(text.encode()).hexdigest(), "raise TEXT_VERSION and add it to TEXTS"
