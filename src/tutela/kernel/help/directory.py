"""Questions to the directory: which countries it knows, and where somebody finds help there, crisis first."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files
from typing import Any
from unicodedata import normalize

from tutela.kernel.formats import check_version
from tutela.kernel.help.contacts import EVERYWHERE, KINDS, Contact, Kind, parse_contact

#: Version of both data files.
FORMAT = 1
#: The language whose names stand where another one is asked for.
FALLBACK_LANGUAGE = "en"


@cache
def contacts() -> tuple[Contact, ...]:
    """Every contact of the directory, in its order. Raises ValueError for a data file that is wrong."""
    found = tuple(parse_contact(row) for row in _read("contacts.toml")["contacts"])
    if len({one.id for one in found}) != len(found):
        raise ValueError("contacts: an id occurs twice")
    return found


@cache
def _names() -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = _read("countries.toml")["countries"]
    return found


def _read(name: str) -> dict[str, Any]:
    text = files("tutela.kernel.help").joinpath(name).read_text(encoding="utf-8")
    read = tomllib.loads(text)
    check_version(name, read.get("format"), reads=FORMAT)
    return read


def is_country(untrusted_code: str) -> bool:
    """True for the code of a country that the directory knows."""
    return untrusted_code in _names()


def country_name(code: str, language: str) -> str:
    """The name of a known country in this language, in English where there is none. Raises LookupError."""
    names = _names()[code]
    return names.get(language, names[FALLBACK_LANGUAGE])


def countries(language: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of every known country, in the order of the names without their accents."""
    named = ((code, country_name(code, language)) for code in _names())
    return tuple(sorted(named, key=lambda one: _plain(one[1])))


def _plain(name: str) -> str:
    return "".join(letter for letter in normalize("NFD", name.casefold()) if letter.isascii())


def help_for(country: str, *, region: str = "", kinds: Collection[Kind] = KINDS) -> tuple[Contact, ...]:
    """What may be shown to somebody in this country, crisis first, then what is there for everybody.

    ``country`` may be one that the directory does not know, or empty: then only what is for everybody comes.
    With a ``region`` what serves another one is left out; without, everything of the country comes.
    """
    fitting = [one for one in contacts() if one.kind in kinds and one.shown and _serves(one, country, region)]
    return tuple(sorted(fitting, key=lambda one: (KINDS.index(one.kind), EVERYWHERE in one.places)))


def _serves(contact: Contact, country: str, region: str) -> bool:
    here = EVERYWHERE in contact.places or country in contact.places
    return here and (not region or contact.region in {"", region})
