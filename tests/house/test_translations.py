"""What people read on the desk about accounts is there in German too, and no page mixes both."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

import tutela
from tests.hotline.conftest import django_db_modify_db_settings, login_key
from tests.hotline.people import making
from tools.catalogs import parse_po, stale

__all__ = ["django_db_modify_db_settings", "login_key"]
ROOT = Path(tutela.__file__).parent
CATALOG = ROOT / "web" / "locale" / "de" / "LC_MESSAGES" / "django.po"
#: The desk's pages about people, and what all pages share.
FOLDERS = ("hotline/people", "web")
_PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]")


def of_template(text: str) -> Iterator[str]:
    yield from re.findall(r'{%\s*translate "(.*?)"\s*%}', text)
    for block in re.findall(r"{%\s*blocktranslate.*?%}(.*?){%\s*endblocktranslate", text, re.DOTALL):
        yield re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", block)


def of_module(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            said = node.args[0]
            named = node.func.id in {"_", "gettext_lazy", "_act"}
            if named and isinstance(said, ast.Constant) and isinstance(said.value, str):
                yield said.value


def sentences() -> set[str]:
    found: set[str] = set()
    for folder in FOLDERS:
        for path in (ROOT / folder).glob("**/templates/**/*.html"):
            found |= set(of_template(path.read_text(encoding="utf-8")))
        for path in (ROOT / folder).rglob("*.py"):
            found |= set(of_module(path.read_text(encoding="utf-8")))
    return found


def test_every_sentence_is_there_in_german() -> None:
    german = parse_po(CATALOG.read_text(encoding="utf-8"))
    assert sorted(one for one in sentences() if not german.get(one)) == []


def test_what_is_filled_in_is_the_same_in_both() -> None:
    german = parse_po(CATALOG.read_text(encoding="utf-8"))
    wrong = [
        one for one, other in german.items() if sorted(_PLACE.findall(one)) != sorted(_PLACE.findall(other))
    ]
    assert wrong == []


def test_the_compiled_catalogues_are_of_today() -> None:
    assert stale() == []


@pytest.mark.django_db
def test_the_language_is_switched_and_kept() -> None:
    client = Client()
    page = client.post("/language/", {"language": "de", "next": "/account/login/"}, follow=True)
    assert (
        "Mit einem Passkey anmelden" in page.content.decode() and '<html lang="de"' in page.content.decode()
    )
    assert (
        client.post("/language/", {"language": "de", "next": "https://evil.test/"}).headers["Location"] == "/"
    )


@pytest.mark.django_db
def test_a_refusal_is_in_the_reader_s_language() -> None:
    client = making.signed_in(making.person("analyst"))
    client.cookies["django_language"] = "de"
    assert "Verwaltung oder Revision" in client.get("/people/").content.decode()


@pytest.fixture(autouse=True)
def back_to_english() -> Iterator[None]:
    """What a request switches stays switched in a test's thread."""
    with translation.override("en"):
        yield
