from __future__ import annotations

import pytest

from tutela.prevent.guard.page.covered import Said, rows, said_of, texts
from tutela.prevent.guard.person.words import LANGUAGES, words_for
from tutela.prevent.guard.proxy.coverage import ROUTES

CLAIMS = {"before": "shown.before", "cut short": "shown.cut_short", "not covered": "shown.not_covered"}
OTHERS = sorted(set(LANGUAGES) - {"en"})


def test_every_text_is_there_in_every_language_and_in_none_in_english() -> None:
    written = texts()
    assert written["texts"] and not set(written["same"]) & set(written["texts"])
    for english, said in written["texts"].items():
        assert sorted(said) == OTHERS, english
        assert english not in said.values()
        assert len(set(said.values())) == len(OTHERS) or said["es"] == said["pt"], english


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_way_is_a_row_with_its_claim(language: str) -> None:
    words = words_for(language)
    table = rows(words)
    assert len(table) == len(ROUTES)
    for row, route in zip(table, ROUTES, strict=True):
        assert row.claim == words.say(CLAIMS[route.claim])
        assert {row.name.language, row.how.language} == {language}, f"{route.name}: write it in routes.toml"


def test_no_text_is_left_of_a_way_that_is_gone() -> None:
    said = {text for route in ROUTES for text in (route.name, route.how)}
    assert {*texts()["same"], *texts()["texts"]} <= said


def test_what_nobody_wrote_is_in_english_and_says_so() -> None:
    assert said_of("a new way", "de") == Said(text="a new way", language="en")
    assert said_of("JPEG", "de") == Said(text="JPEG", language="de")
    assert said_of("phones", "de") == Said(text="Telefone", language="de")
    assert said_of("phones", "en") == Said(text="phones", language="en")
