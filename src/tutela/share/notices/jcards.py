"""A contact as RDAP writes it: a jCard (RFC 7095), read for what a notice needs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

from tutela.kernel.egress.mail_addresses import parse_mail_address
from tutela.kernel.egress.urls import UrlError, parse_url
from tutela.kernel.help import countries
from tutela.share.notices.plain_text import one_line

#: Properties of a card that are looked at (our own; a card of a registry has a dozen).
PROPERTIES_MAX = 100
#: The preference of a value that states none: after all that do (RFC 6350 section 5.3: 1 to 100, 1 first).
NO_PREFERENCE = 101
_COUNTRY = re.compile(r"[A-Z]{2}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """One way to reach somebody: a checked mail address, or the https address of a form.

    ``path`` says where in the answer it stood.
    """

    kind: Literal["mail", "form"]
    address: str
    path: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A contact. ``ways`` are in the order of preference, mail before forms.

    ``country`` (ISO 3166-1 alpha-2) and ``languages`` (ISO 639, lower case) are empty where not given.
    """

    name: str = ""
    organisation: str = ""
    country: str = ""
    languages: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()

    @property
    def called(self) -> str:
        """The organisation, or else the name."""
        return self.organisation or self.name


@dataclass(frozen=True, kw_only=True, slots=True)
class _Property:
    name: str
    parameters: dict[str, Any]
    values: list[Any]
    path: str

    @property
    def preference(self) -> int:
        """1 first. A list of preferences counts by its first (RFC 6350 section 5.3)."""
        given = self.parameters.get("pref")
        given = given[0] if isinstance(given, list) and given else given
        text = str(given) if isinstance(given, str | int) else ""
        return int(text) if re.fullmatch(r"[1-9][0-9]?|100", text) else NO_PREFERENCE


def parse_card(untrusted: Any, path: str) -> Card:
    """The contact in a ``vcardArray``; an empty one for anything else. ``path`` is that of the array."""
    properties = list(_properties(untrusted, path))
    return Card(
        name=_first_line(properties, "fn"),
        organisation=_first_line(properties, "org"),
        country=next((code for one in properties if (code := _country(one))), ""),
        languages=tuple(dict.fromkeys(word for one in properties for word in _languages(one))),
        ways=tuple(dict.fromkeys([*_ways(properties, "mail"), *_ways(properties, "form")])),
    )


def _properties(untrusted: Any, path: str) -> Iterator[_Property]:
    if not isinstance(untrusted, list) or len(untrusted) != 2 or untrusted[0] != "vcard":
        return
    rows = untrusted[1] if isinstance(untrusted[1], list) else []
    for at, row in enumerate(rows[:PROPERTIES_MAX]):
        if isinstance(row, list) and len(row) >= 4 and isinstance(row[0], str):
            parameters = row[1] if isinstance(row[1], dict) else {}
            yield _Property(
                name=row[0].lower(), parameters=parameters, values=row[3:], path=f"{path}[1][{at}]"
            )


def _ways(properties: list[_Property], kind: Literal["mail", "form"]) -> Iterator[Way]:
    names = ("email",) if kind == "mail" else ("contact-uri", "url")  # contact-uri: RFC 8605 section 2.1
    found = sorted(
        (one for one in properties if one.name in names),
        key=lambda one: (names.index(one.name), one.preference),
    )
    for one in found:
        for text in _texts(one.values):
            way = _way(text, one.path, kind)
            if way is not None and not (one.name == "url" and _is_front_page(way)):
                yield way


def _way(untrusted_text: str, path: str, kind: Literal["mail", "form"]) -> Way | None:
    """The way that is written there, None where it is no plain mailbox or no https address."""
    text = untrusted_text.strip()
    if text.lower().startswith("mailto:"):
        kind, text = "mail", text[len("mailto:") :]
    try:
        address = str(parse_mail_address(text)) if kind == "mail" else _form(text)
    except ValueError:
        return None
    return Way(kind=kind, address=address, path=path)


def _is_front_page(way: Way) -> bool:
    """Whether a form is only the beginning of a site: a card's ``url`` mostly is."""
    return way.kind == "form" and parse_url(way.address).target == "/"


def _form(text: str) -> str:
    url = parse_url(text)
    if not url.encrypted:
        raise UrlError("url_scheme")
    return url.canonical


def _texts(values: list[Any]) -> Iterator[str]:
    """The texts of a property: several values follow each other, or stand in one list."""
    for value in values[:PROPERTIES_MAX]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from (text for text in value[:PROPERTIES_MAX] if isinstance(text, str))


def _first_line(properties: list[_Property], name: str) -> str:
    lines = (one_line(text) for one in properties if one.name == name for text in _texts(one.values))
    return next((line for line in lines if line), "")


def _country(one: _Property) -> str:
    """The country of an address: its code (RFC 8605 section 3.1), or the name at the end of the address.

    ARIN writes whole addresses as one text (``label``, RFC 7095 section 3.3.1.3), with the name in English.
    """
    if one.name != "adr":
        return ""
    parts = one.values[0] if isinstance(one.values[0], list) else []
    label = one.parameters.get("label")
    last_line = label.strip().rpartition("\n")[2] if isinstance(label, str) else None
    for untrusted in (one.parameters.get("cc"), parts[6] if len(parts) == 7 else None, last_line):
        word = untrusted.strip() if isinstance(untrusted, str) else ""
        code = word.upper() if _COUNTRY.fullmatch(word.upper()) else _codes().get(word.casefold(), "")
        if code:
            return code
    return ""


@cache
def _codes() -> Mapping[str, str]:
    """The codes of the countries that the directory of help knows, by their English names."""
    return MappingProxyType({name.casefold(): code for code, name in countries("en")})


def _languages(one: _Property) -> Iterator[str]:
    if one.name != "lang":
        return
    for text in _texts(one.values):
        word = text.strip().lower().partition("-")[0]
        if _LANGUAGE.fullmatch(word):
            yield word
