"""A table of contacts as people keep them: key, address, organisation, country, languages, rung."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from tutela.hotline.takedown.contacts.keys import parse_key
from tutela.hotline.takedown.contacts.proposals import ADDRESS_MAX
from tutela.kernel.egress.mail_addresses import parse_mail_address
from tutela.kernel.egress.urls import UrlError, parse_url
from tutela.kernel.errors import Invalid
from tutela.share.notices.book import BookEntry
from tutela.share.notices.ladder import RUNGS, Kind, Rung
from tutela.share.notices.plain_text import one_line

#: Columns that each table has, and those that it may have.
NEEDED = ("key", "address", "organisation")
OPTIONAL = ("country", "languages", "rung")
#: Rows of one table (our own: no house has dealt with more).
ROWS_MAX = 100_000
_COUNTRY = re.compile(r"([A-Z]{2})?")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


def parse_contacts(untrusted_text: str, *, approved: bool, at: datetime) -> Iterator[BookEntry]:
    """The entries of a CSV with a head. Raises Invalid naming the row and what is wrong with it.

    ``approved``: somebody of this house has confirmed each of them; else each is one source of two.
    """
    rows = csv.DictReader(io.StringIO(untrusted_text.removeprefix("\ufeff")), strict=True)
    try:
        head = set(rows.fieldnames or ())
        if not set(NEEDED) <= head or head - {*NEEDED, *OPTIONAL}:
            raise Invalid(
                f"the head names {', '.join(NEEDED)}, and may name {', '.join(OPTIONAL)}", field="head"
            )
        for number, row in enumerate(rows, start=2):
            if number > ROWS_MAX + 1:
                raise Invalid(f"a table has {ROWS_MAX:,} rows at most", field="rows")
            yield _entry(number, row, approved=approved, at=at)
    except csv.Error as error:
        raise Invalid("this is no table of values separated by commas", field="file") from error


def _entry(number: int, untrusted: dict[str | None, object], *, approved: bool, at: datetime) -> BookEntry:
    if None in untrusted or any(not isinstance(value, str) for value in untrusted.values()):
        raise Invalid("it has another number of fields than the head", field=f"row {number}")
    row = {str(name): str(value).strip() for name, value in untrusted.items()}
    try:
        kind, address = _way(row["address"])
        return BookEntry(
            key=parse_key(row["key"]),
            rung=_rung(row.get("rung", "")),
            kind=kind,
            address=address,
            organisation=one_line(row["organisation"]),
            country=_country(row.get("country", "")),
            languages=_languages(row.get("languages", "")),
            approved=approved,
            changed_at=at,
        )
    except Invalid as error:
        raise Invalid(str(error), field=f"row {number}, {error.field}") from error


def _way(text: str) -> tuple[Kind, str]:
    """(kind, address): a mailbox, or the https address of a form."""
    if "://" not in text:
        try:
            return "mail", str(parse_mail_address(text))
        except ValueError as error:
            raise Invalid(str(error), field="address") from error
    try:
        url = parse_url(text)
    except UrlError as error:
        raise Invalid("this is no address of a form", field="address") from error
    if not url.encrypted or len(text) > ADDRESS_MAX or not urlsplit(text).hostname:
        raise Invalid(f"a form is at an https address of {ADDRESS_MAX} characters at most", field="address")
    return "form", text


def _rung(text: str) -> Rung:
    found = next((rung for rung in RUNGS if rung == (text or "hoster")), None)
    if found is None:
        raise Invalid(f"a rung is one of {', '.join(RUNGS)}", field="rung")
    return found


def _country(text: str) -> str:
    if not _COUNTRY.fullmatch(text):
        raise Invalid("a country is two capital letters, such as NL", field="country")
    return text


def _languages(text: str) -> tuple[str, ...]:
    found = tuple(text.replace(",", " ").replace(";", " ").split())
    if not all(map(_LANGUAGE.fullmatch, found)):
        raise Invalid("languages are words such as de, with a space between them", field="languages")
    return found
