from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from tests.hotline.intake.making import Places, a_form
from tests.hotline.intake.pseudo import RTL, pseudo, seen_words
from tests.hotline.intake.reading import grade
from tests.hotline.intake.test_languages import SENTENCES
from tools.catalogs import render_mo
from tutela.hotline.intake.languages import LANGUAGES
from tutela.hotline.intake.pages import PAGE_BYTES

pytestmark = pytest.mark.django_db
#: Every page that is there without a report.
PATHS = (
    "/",
    "/report",
    "/me",
    "/threat",
    "/else",
    "/receipt",
    "/help",
    "/button",
    "/privacy",
    "/imprint",
    "/verify/x",
    "/nowhere",
)
#: Pages in words for the young, and the highest school year that their English may need; other pages: 8.
YOUNG = {"/me": 5.0, "/threat": 5.0, "/": 8.0}


def shown(client: Client, path: str, language: str) -> str:
    return client.get(path, {"language": language, "country": "NL"}).content.decode()


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_there_in_every_language(public: Client, path: str, language: str) -> None:
    page = shown(public, path, language)
    assert f'<html lang="{language}" dir="ltr"' in page and len(page.encode()) == PAGE_BYTES
    assert 'href="/leave"' in page and "<script" not in page and "csrf" not in page
    if language != "en" and path != "/button":
        english = {one for one in SENTENCES if len(one) > 25 and "%(" not in one and one in page}
        assert english == set()


@pytest.mark.parametrize("path", PATHS)
def test_pages_turn_round_for_languages_that_are_written_from_right_to_left(
    public: Client, path: str, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "qps_Rtl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.mo").write_bytes(render_mo({"": RTL, **{one: pseudo(one) for one in SENTENCES}}))
    settings.LOCALE_PATHS = [str(tmp_path)]
    settings.LANGUAGES = [*django_settings.LANGUAGES, ("qps-rtl", "Pseudo")]
    monkeypatch.setattr("tutela.hotline.intake.languages.LANGUAGES", {**LANGUAGES, "qps-rtl": "Pseudo"})
    page = shown(public, path, "qps-rtl")
    assert '<html lang="qps-rtl" dir="rtl"' in page
    untranslated = [one for one in seen_words(page) if re.search(r"[a-z]{3}", one)]
    assert untranslated == []


@pytest.mark.parametrize("path", [path for path in PATHS if path not in {"/button", "/verify/x"}])
def test_english_is_plain(public: Client, path: str) -> None:
    page = shown(public, path, "en")
    assert grade(page) <= YOUNG.get(path, 8.0)


def test_what_was_received_is_said_plainly_too(public: Client, places: Places) -> None:
    for path, most in (("/report", 8.0), ("/me", 6.0)):
        assert grade(public.post(path, a_form()).content.decode()) <= most


def test_a_page_is_kept_by_nobody(public: Client) -> None:
    response = public.get("/report")
    assert response.headers["Cache-Control"] == "no-store" and response.headers["Content-Language"] == "en"
    assert not response.cookies and response.headers["Referrer-Policy"] == "no-referrer"
