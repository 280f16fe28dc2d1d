"""The public's catalogues, a language that nobody speaks, and what is wrong with a page in some language.

A sentence is not translated where a page in another language says it as the English one does, or where a page
in the pseudo-locale says it in Latin letters: that finds what no catalogue has, too.
"""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from unittest import mock

from proofs.site_visits import NO_PAGES, Answer, Site, Visit, crawl
from tests.hotline.intake.pseudo import RTL, pseudo
from tools.catalogs import parse_po, render_mo

#: The pseudo-locale, and the folder that Django looks for it in.
PSEUDO, _PSEUDO_FOLDER = "qps-rtl", "qps_Rtl"
#: Rooms whose sentences stand on pages of the public.
ROOMS = ("intake", "takedown", "partners")
#: Languages of the desk's pages too: their catalogues say more than the public's.
DESK = frozenset({"de"})
#: Words that are the same in two languages, by language.
SAME: Mapping[str, frozenset[str]] = {
    "fr": frozenset({"Police", "Description"}),
    "de": frozenset({"Name", "Register"}),
}
#: Names of bodies and brands, ids and numbers; they stay what they are.
_NAMES = re.compile(r"^[\W\d_]*$|^(ref|ntc)_\w+$|^-?\d[\d-]*$")
_LATIN = re.compile(r"[a-z]{3}")
_PLACES = re.compile(r"%\(\w+\)s|{\w+}|<[^>]+>")


def catalogue(code: str) -> dict[str, str]:
    """Every sentence of the three rooms in this language, translated."""
    found: dict[str, str] = {}
    for room in ROOMS:
        path = Path(str(files(f"tutela.hotline.{room}"))) / "locale" / code / "LC_MESSAGES" / "django.po"
        if path.is_file():
            found |= {key: text for key, text in parse_po(path.read_text(encoding="utf-8")).items() if key}
    return found


def of_the_desk() -> set[str]:
    """Sentences of these rooms' catalogues that stand on the desk's pages alone: an item's timeline."""
    found: set[str] = set()
    for room in ROOMS:
        path = Path(str(files(f"tutela.hotline.{room}"))) / "timeline.py"
        tree = ast.parse(path.read_text(encoding="utf-8")) if path.is_file() else ast.Module([], [])
        found |= {
            one.value
            for one in ast.walk(tree)
            if isinstance(one, ast.Constant) and isinstance(one.value, str)
        }
    return found


@contextmanager
def speaking(folder: Path, planted: Mapping[str, Mapping[str, str]] | None = None) -> Iterator[None]:
    """A block in which the site speaks the pseudo-locale too; ``planted``: other translations by language."""
    from django.conf import settings
    from django.test import override_settings

    from tutela.hotline.intake.languages import LANGUAGES

    known = {one for code in LANGUAGES for one in catalogue(code)}
    catalogues = {_PSEUDO_FOLDER: {one: pseudo(one) for one in known}, **(planted or {})}
    for code, texts in catalogues.items():
        place = folder / code / "LC_MESSAGES"
        place.mkdir(parents=True, exist_ok=True)
        head = RTL if code == _PSEUDO_FOLDER else RTL.replace(PSEUDO, code)
        (place / "django.mo").write_bytes(render_mo({"": head, **texts}))
    more = [*settings.LANGUAGES, (PSEUDO, "Pseudo")]
    with (
        override_settings(LOCALE_PATHS=[str(folder)], LANGUAGES=more),
        mock.patch("tutela.hotline.intake.languages.LANGUAGES", {**LANGUAGES, PSEUDO: "Pseudo"}),
    ):
        yield


def walk(site: Site, language: str, states: Iterable[Visit]) -> dict[str, tuple[int, Answer]]:
    """Every page and state by its name: the status that should come, and the answer."""
    found = {path: (302 if path == "/leave" else 200, one) for path, one in crawl(site, language).items()}
    return found | {one.name: (one.status, one.made(site, language)) for one in states}


def unvisited(answers: Iterable[Answer]) -> set[str]:
    """Names of addresses of the public's tree that are pages and that nobody visited."""
    from django.urls import Resolver404, get_resolver, resolve

    tree = "tutela.web.urls.public"
    seen = set()
    for path in {one.path for one in answers}:
        with suppress(Resolver404):
            seen.add(resolve(path, tree).url_name)
    return {str(name) for name in get_resolver(tree).reverse_dict if isinstance(name, str)} - seen - NO_PAGES


def troubles(name: str, language: str, status: int, answer: Answer, english: Answer) -> Iterator[str]:
    """What is wrong with a page in this language, beside the English one."""
    if status == 302 == answer.status:
        return
    page, right = answer.page, "rtl" if language == PSEUDO else "ltr"
    if answer.status != status:
        yield f"{name}: {answer.status}, not {status}"
    if (page.language, page.direction) != (language, right):
        yield f"{name}: is said to be {page.language} {page.direction}"
    if answer.headers.get("Content-Language") != language:
        yield f"{name}: the header says another language"
    if "Set-Cookie" in answer.headers or (page.scripts and status != 429):
        yield f"{name}: a cookie or a script"
    if page.fields != english.page.fields:
        yield f"{name}: other fields: {sorted(set(page.fields) ^ set(english.page.fields))[:3]}"
    if page.shape != english.page.shape:
        yield f"{name}: other elements than in English"
    if not page.title or not page.texts:
        yield f"{name}: says nothing"
    if language != "en":
        yield from (f"{name}: {said[:70]!r}" for said in untranslated(answer, english, language))


def untranslated(answer: Answer, english: Answer, language: str) -> list[str]:
    """What a page says as the English one does, or in Latin letters where there should be none."""
    said = [one for one in answer.page.texts if not _NAMES.match(one)]
    if language == PSEUDO:
        return [one for one in said if _LATIN.search(one) and one not in _bodies()]
    known = set(english.page.texts) - SAME.get(language, frozenset())
    return [one for one in said if one in known and one not in _bodies()]


@cache
def _bodies() -> frozenset[str]:
    """Names of bodies of the directory of help, as they stand there."""
    from tutela.kernel.help import countries, help_for
    from tutela.kernel.help.contacts import KINDS

    codes = ["-", *(code for code, _ in countries("en"))]
    return frozenset(one.name for code in codes for one in help_for(code, kinds=KINDS))


def unshown(sentences: Iterable[str], answers: Iterable[Answer]) -> list[str]:
    """The sentences that no page showed."""
    shown = " ".join(" ".join(html.unescape(one.html).split()) for one in answers)
    return sorted(one for one in sentences if not all(part.strip() in shown for part in _PLACES.split(one)))
