from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler

from proofs import drawn_facts, recount_year, site_words, year_house
from proofs.figure import Figure
from proofs.i4_09 import record_languages, removed_found
from proofs.site_reader import read_page
from proofs.site_visits import Answer, Site, Visit
from proofs.site_words import PSEUDO, catalogue, speaking, troubles, unshown, untranslated, unvisited, walk
from tests.hotline.conftest import django_db_modify_db_settings
from tests.hotline.intake.conftest import places, public

__all__ = ["django_db_modify_db_settings", "places", "public"]
PAGE = '<!doctype html><html lang="{code}" dir="{direction}"><title>{title}</title><p>{said}</p>{more}</html>'


@pytest.fixture
def site(public: Any, settings: Any) -> Site:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    return Site(WSGIHandler(), "127.0.0.1")


def answer(said: str = "Hello", code: str = "en", *, direction: str = "ltr", more: str = "") -> Answer:
    html = PAGE.format(code=code, direction=direction, title=said, said=said, more=more)
    headers = {"Content-Language": code}
    return Answer(path="/", status=200, headers=headers, html=html, page=read_page(html))


def test_a_page_is_read_without_what_is_data() -> None:
    read = read_page(
        '<html lang="en" dir="ltr"><form method="post" action="/report?x=1"><label>One  two</label>'
        '<input name="a" type="checkbox" value="1" required><select name="c"><option>Chad</option></select>'
        '<a href="/help" lang="de">Deutsch</a><nav aria-label="Main"></nav></form></html>'
    )
    assert (read.texts, read.options, read.links) == (("One two", "Main"), ("Chad",), ("/help",))
    fields = (
        ("post /report", "a", "input", "checkbox", "required", ""),
        ("post /report", "c", "select", "", "", ""),
    )
    assert read.fields == fields and (read.language, read.direction, read.scripts) == ("en", "ltr", 0)


@pytest.mark.parametrize(
    ("made", "found"),
    [
        (answer("Guten Tag", "de"), []),
        (answer("Hello", "de"), ["'Hello'", "'Hello'"]),
        (answer("Guten Tag", "de", direction="rtl"), ["is said to be de rtl"]),
        (answer("Guten Tag", "nl"), ["is said to be nl ltr", "the header says another language"]),
        (answer("Guten Tag", "de", more="<form><input name=a></form>"), ["other fields", "other elements"]),
        (answer("Guten Tag", "de", more="<script></script>"), ["a cookie or a script", "other elements"]),
        (replace(answer("Guten Tag", "de"), status=500), ["500, not 200"]),
    ],
)
def test_what_is_wrong_with_a_page_is_said(made: Answer, found: list[str]) -> None:
    said = list(troubles("page", "de", 200, made, answer()))
    assert len(said) == len(found) and all(part in one for part, one in zip(found, said, strict=True))


def test_latin_letters_stand_out_in_the_pseudo_locale() -> None:
    mixed = answer("\u05d0\u05d1 hello", PSEUDO, direction="rtl")
    assert untranslated(mixed, answer(), PSEUDO) == ["\u05d0\u05d1 hello"] * 2
    assert untranslated(answer("\u05d0\u05d1 112", PSEUDO, direction="rtl"), answer(), PSEUDO) == []


def test_a_sentence_that_no_page_says_is_named() -> None:
    sentences = ["Hello", "Up to %(n)s addresses", "Never said"]
    assert unshown(sentences, [answer("Hello &amp; up"), answer("Up to 7 addresses")]) == ["Never said"]


def test_a_page_that_nobody_visited_is_named() -> None:
    lacking = unvisited([answer()])
    assert "receipt" in lacking and "first_page" not in lacking and "leave" not in lacking


@pytest.mark.django_db
def test_a_removed_translation_is_found_on_the_site(site: Site, tmp_path: Path) -> None:
    assert removed_found(site, tmp_path) == 1
    assert untranslated(site.get("/", "nl"), site.get("/", "en"), "nl") == []


@pytest.mark.django_db
def test_the_figure_fails_where_a_language_lacks_a_sentence_or_a_page(site: Site, tmp_path: Path) -> None:
    states = [Visit(name="none", status=404, path="/nowhere")]
    sentence = "There is no page at this address."
    assert sentence in catalogue("es")
    with speaking(tmp_path, {"es": {sentence: sentence}}):
        found = {code: walk(site, code, states) for code in ("en", "es", PSEUDO)}
    assert found["es"].keys() == found["en"].keys() and found["en"]["none"][0] == 404
    figure = Figure(bar="i4-9", tier="ci", folder=tmp_path)
    found["es"].pop("/help")
    record_languages(figure, found)
    failed = {one["name"] for one in figure.as_json()["figures"] if not one["passed"]}
    assert "wrong on pages in any language" in failed and "different sets of pages" in failed
    assert any(sentence in one["text"] for one in figure.as_json()["failures"])
    assert not any(one["text"].startswith(PSEUDO) for one in figure.as_json()["failures"])


@pytest.mark.parametrize("seed", range(12))
def test_a_drawn_year_is_what_its_rows_say(seed: int) -> None:
    assert drawn_facts.wrong(seed) == []


def test_a_report_that_shows_a_small_count_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutation: suppression that hides nothing."""
    monkeypatch.setattr("tutela.hotline.statistics.suppression.hidden", lambda _sums, _small: frozenset())
    assert any(drawn_facts.wrong(seed) for seed in range(12))


def test_wrong_numbers_that_live_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    table = {"key": "k", "of": "items", "by": ["kind"], "total": 7, "withheld": False}
    cells = [{"path": ["url"], "count": 7, "parts_withheld": False}]
    report = {"small_count": 5, "tables": [{**table, "cells": cells}]}
    rows = {"items": [{"kind": "url"}] * 7}
    assert year_house.missed(rows, report) == (2, 0)
    monkeypatch.setattr(year_house, "differences", lambda _rows, _report: iter(()))
    assert year_house.missed(rows, report) == (2, 2)
    assert list(recount_year.differences(rows, report)) == [] and site_words.ROOMS
