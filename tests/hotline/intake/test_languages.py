from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest
from django.test import RequestFactory
from django.utils import translation

from tools.catalogs import parse_po
from tutela.hotline.intake.languages import LANGUAGES, chosen_language
from tutela.hotline.intake.sentences import PROBLEMS

ROOM = Path(str(files("tutela.hotline.intake")))
TRANSLATE = re.compile(r'{%\s*translate\s+"([^"]+)"')
PLACES = re.compile(r"%\(\w+\)s|{\w+}")
BLOCK = re.compile(r"{%\s*blocktranslate trimmed\s*%}(.*?){%\s*endblocktranslate", re.S)


def sentences() -> set[str]:
    found: set[str] = set()
    for path in sorted((ROOM / "templates" / "intake").glob("*.html")):  # the desk's are in a folder of it
        text = path.read_text()
        found |= set(TRANSLATE.findall(text))
        found |= {re.sub(r"{{ (\w+) }}", r"%(\1)s", one) for one in BLOCK.findall(text)}
    with translation.override(None):
        return found | {str(sentence) for sentence in PROBLEMS.values()}


@pytest.mark.parametrize("code", sorted(set(LANGUAGES) - {"en"}))
def test_every_sentence_of_a_language_that_is_offered_is_translated(code: str) -> None:
    po = parse_po((ROOM / "locale" / code / "LC_MESSAGES" / "django.po").read_text())
    assert len(sentences()) > 30
    assert not [sentence for sentence in sentences() if not po.get(sentence)]
    for sentence, translated in po.items():
        assert set(re.findall(r"%\(\w+\)s|{\w+}", sentence)) == set(
            re.findall(r"%\(\w+\)s|{\w+}", translated)
        )


@pytest.mark.parametrize(
    ("accepts", "query", "sent", "language"),
    [
        ("de-AT,en;q=0.5", "", {}, "de"),
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
