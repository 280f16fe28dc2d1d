from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

import tutela
from tests.house.test_translations import of_module, of_template
from tools.catalogs import parse_po
from tutela.hotline.cases.states import CLOSING_REASONS, STATES
from tutela.hotline.statistics.names import ITEM_STATES, OUTCOMES, STANDINGS, WORDS
from tutela.hotline.takedown.removal import STANDINGS as KNOWN

APP = Path(tutela.__file__).parent / "hotline" / "statistics"


def sentences() -> Iterator[str]:
    for path in APP.rglob("*.html"):
        yield from of_template(path.read_text(encoding="utf-8"))
    for path in APP.rglob("*.py"):
        yield from of_module(path.read_text(encoding="utf-8"))


def test_every_state_and_reason_has_a_name() -> None:
    assert list(ITEM_STATES) == list(STATES)
    assert list(STANDINGS) == list(KNOWN)
    assert set(OUTCOMES) == {*STATES, *(f"closed: {reason}" for reason in CLOSING_REASONS)}


def test_every_sentence_is_there_in_german() -> None:
    german = parse_po((APP / "locale" / "de" / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8"))
    assert sorted(one for one in set(sentences()) if not german.get(one)) == []


@pytest.mark.parametrize("code", ["nl", "de"])
def test_a_language_stands_by_its_code(code: str) -> None:
    with translation.override("en"):
        assert str(WORDS[code]) == code.upper()
