from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from django.test import RequestFactory

from tools.catalogs import parse_po
from tutela.hotline.intake.languages import LANGUAGES, chosen_language, direction, offered
from tutela.hotline.intake.portals import Portal

ROOM = Path(str(files("tutela.hotline.intake")))
VERIFY = ROOM.parent / "takedown" / "templates" / "takedown" / "verify.html"
TRANSLATE = re.compile(r'{%\s*translate\s+"([^"]+)"')
PLACES = re.compile(r"%\(\w+\)s|{\w+}|<[^>]+>")
BLOCK = re.compile(r"{%\s*blocktranslate trimmed\s*%}(.*?){%\s*endblocktranslate", re.S)


def of_templates() -> Iterator[str]:
    for path in [
        *sorted((ROOM / "templates" / "intake").glob("*.html")),
        VERIFY,
    ]:  # the desk's: a folder below
        text = path.read_text(encoding="utf-8")
        yield from TRANSLATE.findall(text)
        yield from (re.sub(r"{{ (\w+) }}", r"%(\1)s", one) for one in BLOCK.findall(text))


def of_modules() -> Iterator[str]:
    for path in sorted(ROOM.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
                said = node.args[0]
                assert isinstance(said, ast.Constant) and isinstance(said.value, str)
                yield said.value


SENTENCES = {*of_templates(), *of_modules()}


def catalogue(code: str) -> dict[str, str]:
    folders = [ROOM, ROOM.parent / "takedown"]
    paths = [one / "locale" / code / "LC_MESSAGES" / "django.po" for one in folders]
    read = [path.read_text(encoding="utf-8") for path in paths if path.is_file()]
    assert not any("fuzzy" in text for text in read)
    return {key: value for text in read for key, value in parse_po(text).items()}


def test_the_sentences_are_found() -> None:
    assert len(SENTENCES) > 120 and set(LANGUAGES) == {"en", "es", "pt", "fr", "de", "nl"}


@pytest.mark.parametrize("code", sorted(set(LANGUAGES) - {"en"}))
def test_every_sentence_of_a_language_that_is_offered_is_translated(code: str) -> None:
    found = catalogue(code)
    assert sorted(one for one in SENTENCES if not found.get(one)) == []


@pytest.mark.parametrize("code", sorted(set(LANGUAGES) - {"en"}))
def test_a_translation_keeps_what_is_filled_in_and_is_none_of_english(code: str) -> None:
    found = {one: text for one, text in catalogue(code).items() if one in SENTENCES}
    for sentence, translated in found.items():
        assert sorted(PLACES.findall(sentence)) == sorted(PLACES.findall(translated)), sentence
    same = {one for one, text in found.items() if one == text}
    assert same <= {"Police", "Description", "Name", "Register"}


def test_no_catalogue_keeps_what_no_page_says() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOM / "templates").rglob("*.html")]
    for code in set(LANGUAGES) - {"en"}:
        own = parse_po((ROOM / "locale" / code / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8"))
        left = {one for one in own if one and one not in SENTENCES and not any(one in text for text in texts)}
        assert left == set(), code


@pytest.mark.parametrize(
    ("accepts", "query", "sent", "language"),
    [
        ("de-AT,en;q=0.5", "", {}, "de"),
        ("pt-BR,en;q=0.5", "", {}, "pt"),
        ("tlh", "", {}, "en"),
        ("de", "?language=en", {}, "en"),
        ("en", "?language=xx", {}, "en"),
        ("en", "?language=en", {"shown_in": "de"}, "de"),
        ("en", "", {"shown_in": "en", "language": "de"}, "de"),
        ("en", "", {"language": "../de"}, "en"),
    ],
)
def test_the_last_choice_counts(accepts: str, query: str, sent: dict[str, str], language: str) -> None:
    headers = {"accept-language": accepts}
    request = RequestFactory().post(f"/report{query}", sent, headers=headers)
    assert chosen_language(request) == language


def test_a_portal_offers_its_own_and_the_first_where_none_fits() -> None:
    request = RequestFactory().get("/", headers={"accept-language": "de"})
    request.portal = Portal(key="xx", languages=("nl", "fr", "tlh"))  # type: ignore[attr-defined]  # as Portals does
    assert list(offered(request)) == ["nl", "fr"] and chosen_language(request) == "nl"


def test_languages_are_written_from_one_side() -> None:
    assert {direction(code) for code in LANGUAGES} == {"ltr"} and direction("qps-rtl") == "rtl"
