from __future__ import annotations

import re
from importlib.resources import files
from string import Template
from typing import get_args

import pytest

from tests.prevent.guard.person.test_words import ENGLISH, GRADE_MAX, reading_grade
from tests.prevent.guard.pilot.making import DRAFT
from tests.prevent.guard.pilot.test_studies import study
from tutela.prevent.guard.person.words import LANGUAGES
from tutela.prevent.guard.pilot.questions import MOMENTS, SCALES, questions_at
from tutela.prevent.guard.pilot.shapes import SEVERITIES, Kind, Reason
from tutela.prevent.guard.pilot.wording import PARAGRAPHS, asked, consent_paragraphs, words_for

#: Single words that two of the languages share.
SHARED = {
    "scales.often_0",
    "scales.often_3",
    "scales.often_4",
    "scales.agree_1",
    "scales.agree_2",
    "scales.agree_3",
    "scales.yes_0",
    "scales.yes_1",
    "events.severity_1",
    "events.severity_2",
}


def test_every_language_is_there_with_every_sentence() -> None:
    folder = files("tutela.prevent.guard.pilot").joinpath("sentences")
    assert sorted(one.name for one in folder.iterdir()) == [f"{one}.toml" for one in sorted(LANGUAGES)]
    english = words_for("en").sentences
    for language in LANGUAGES:
        other = words_for(language).sentences
        assert list(other) == list(english) and words_for(language).language == language
        for name, said in other.items():
            filled = sorted(Template(said).get_identifiers())
            assert filled == sorted(Template(english[name]).get_identifiers()), (language, name)
            assert said == said.strip() and said.isprintable() and len(said) > 1 and "!" not in said
            assert ("?" in said) == ("?" in english[name]), (language, name)
            assert "tutela" not in said.lower()


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_no_sentence_was_left_in_another_language(language: str) -> None:
    said = words_for(language).sentences
    for other in (words_for(one).sentences for one in LANGUAGES if one != language):
        assert {name for name in said if said[name] == other[name]} <= SHARED
    found = {word for one in said.values() for word in re.findall(r"[a-z]+", one.lower())}
    assert not found & ENGLISH


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_scale_event_and_reason_has_its_words(language: str) -> None:
    for moment in MOMENTS:
        for question in questions_at(moment):
            said, answers = asked(question, language)
            assert said and len(set(answers)) == SCALES[question.scale]
    words = words_for(language)
    names = [f"events.{one}" for one in get_args(Kind)]
    names += [f"events.severity_{one}" for one in SEVERITIES]
    names += [f"reasons.{one}" for one in get_args(Reason)]
    assert all(words.say(name) for name in names)
    used = {one.name for moment in MOMENTS for one in questions_at(moment)}
    assert {name.partition(".")[2] for name in words.sentences if name.startswith("questions.")} == used


def test_the_consent_says_what_the_study_says_and_names_only_what_is_sent() -> None:
    found = study()
    for language in LANGUAGES:
        text = "\n".join(consent_paragraphs(found, language))
        for fact in (
            found.title,
            found.clinic,
            found.law,
            found.ethics,
            found.contact,
            found.url,
            "2027-08-01",
        ):
            assert fact in text
        assert "guard: The program is set up at once." in text and "$" not in text
    assert "Zwei Gruppen" in "\n".join(consent_paragraphs(found, "de-AT"))
    less = study(DRAFT.replace('"events", "counts", ', ""))
    words = words_for("en").sentences
    said = consent_paragraphs(less, "en")
    assert words["consent.sends_counts"] not in said and words["consent.sends_events"] not in said
    assert words["consent.sends_answers"] in said and words["consent.sends_leaving"] in said
    assert len(consent_paragraphs(found, "en")) == len(PARAGRAPHS) + 2


def test_no_question_asks_what_could_be_an_offence() -> None:
    """The words that such a question would need stand in none; the answers are closed (``questions``)."""
    asked_words = " ".join(
        said
        for name, said in words_for("en").sentences.items()
        if name.partition(".")[0] in {"questions", "events"}
    ).lower()
    for word in (
        "watch",
        "look at",
        "search",
        "download",
        "site",
        "child",
        "sex",
        "urge",
        "desire",
        "police",
        "crime",
    ):
        assert word not in asked_words


def test_english_reads_like_the_eighth_school_year_or_easier() -> None:
    said = words_for("en").sentences
    texts = [re.sub(r"\$\w+", "it", one) for name, one in said.items() if not name.startswith("scales.")]
    assert reading_grade(" ".join(one if one[-1] in ".?" else f"{one}." for one in texts)) <= GRADE_MAX


def test_a_tag_finds_its_language() -> None:
    assert words_for("sv").language == "en" and words_for("pt-BR").language == "pt"
