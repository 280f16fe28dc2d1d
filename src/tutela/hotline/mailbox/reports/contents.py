"""What a partner's mail says: addresses and words of its text, rows of a table that came with it. Pure.

Nothing else of it is decoded. Pictures and films above all: nobody may send them here, so a machine must not
look whether they are what is reported. They are counted, and stay in the mailbox.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import Message
from itertools import islice

from tutela.hotline.intake.csv_rows import Row, WrongRow, parse_rows
from tutela.hotline.intake.untrusted import ADDRESSES_MAX, TEXT_CHARACTERS_MAX, Told, readable
from tutela.hotline.mailbox.reports.addresses import Named, find_addresses
from tutela.hotline.mailbox.reports.results import Result
from tutela.kernel.egress.urls import Url
from tutela.kernel.errors import Invalid
from tutela.share.notices.incoming import (
    FAULTS,
    MAIL_BYTES_MAX,
    charset_of,
    check_size,
    decoded_header,
    decoded_text,
    parts_of,
)

#: Addresses of the text and rows of the tables in one mail. Our own: some seconds of a database's writing.
REPORTS_MAX = 1_000
#: Characters of a mail's text that is read: as many addresses of some length (our own).
BODY_CHARACTERS_MAX = 262_144
#: Kinds that programs give to a CSV file, which is known by its name where the kind says little.
_TABLES = frozenset({"text/csv", "application/csv"})
_MAYBE_TABLES = frozenset({"text/plain", "application/vnd.ms-excel", "application/octet-stream"})
#: Signatures of a whole mail say nothing by themselves, and HTML beside plain text says the same again.
_NOTHING = frozenset({"application/pgp-signature", "application/pkcs7-signature", "text/html"})
#: Below this line stands who writes (RFC 3676 section 4.3): its address is no report.
_SIGNATURE = re.compile(r"^-- \r?$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """What a mail says. ``told`` is empty unless ``result`` is ``taken``.

    ``wrong`` counts what looks like an address, and rows, that are none; ``left_out`` parts that were not
    opened; ``is_cut``: more was written than a report holds.
    """

    result: Result
    told: tuple[Told, ...] = field(default=(), repr=False)
    wrong: int = 0
    left_out: int = 0
    is_cut: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether everything that the mail says was taken."""
        return self.result == "taken" and not (self.wrong or self.left_out or self.is_cut)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Parts:
    """The parts of a mail: texts, tables as texts, whether HTML is there, and how many others."""

    texts: tuple[str, ...] = field(repr=False)
    tables: tuple[str, ...] = field(repr=False)
    has_html: bool
    left_out: int


def parse_contents(untrusted_bytes: bytes, *, may_be_urgent: bool) -> Contents:
    """What the mail says. One that is too large is read as far as it came; broken ones are ``unreadable``."""
    try:
        message, parts = _opened(untrusted_bytes)
        return _contents(message, parts, may_be_urgent=may_be_urgent)
    except (Invalid, *FAULTS):
        return Contents(result="unreadable")


def _opened(untrusted_bytes: bytes) -> tuple[Message, _Parts]:
    """The mail and its parts. Raises Invalid. What a cut mail ends with may be half an address: left out."""
    is_short = len(untrusted_bytes) > MAIL_BYTES_MAX
    whole = untrusted_bytes[:MAIL_BYTES_MAX]
    check_size(whole)
    message = message_from_bytes(whole)
    leaves = list(parts_of(message, all_or_none=True))
    if is_short:
        leaves = leaves[:-1]
    return message, _sorted(leaves, cut_off=is_short)


def _sorted(leaves: list[Message], *, cut_off: bool) -> _Parts:
    texts, tables, left_out = [], [], int(cut_off)
    for part in leaves:
        kind, table = part.get_content_type(), _table(part)
        if table is not None:
            tables.append(table)
        elif kind == "text/plain" and part.get_content_disposition() != "attachment":
            texts.append(decoded_text(part, BODY_CHARACTERS_MAX + 1))
        elif kind not in _NOTHING or part.get_content_disposition() == "attachment":
            left_out += 1
    has_html = any(part.get_content_type() == "text/html" for part in leaves)
    return _Parts(texts=tuple(texts), tables=tuple(tables), has_html=has_html, left_out=left_out)


def _table(part: Message) -> str | None:
    """The text of a part that is a CSV file; None for any other part, and for bytes that are no text."""
    kind, name = part.get_content_type(), str(part.get_filename() or "").lower()
    if kind not in _TABLES and not (kind in _MAYBE_TABLES and name.endswith(".csv")):
        return None
    data = part.get_payload(decode=True)
    charsets: tuple[Callable[[Message], str], ...] = (lambda _: "utf-8-sig", charset_of)
    for charset in charsets:
        try:
            text = data.decode(charset(part)) if isinstance(data, bytes) else "\x00"
        except (LookupError, ValueError):
            continue
        return None if "\x00" in text else text
    return None


def _contents(message: Message, parts: _Parts, *, may_be_urgent: bool) -> Contents:
    body = "\n".join(_SIGNATURE.split(text, maxsplit=1)[0] for text in parts.texts)
    named, rows, broken = find_addresses(body, REPORTS_MAX), *_rows(parts.tables)
    if len(body) > BODY_CHARACTERS_MAX or len(named.addresses) + len(rows) > REPORTS_MAX:
        return Contents(result="too_much", left_out=parts.left_out)
    right = [one.told for one in rows if isinstance(one, Row)]
    told = _reports(message, named, right)
    urgent = _is_important(message)
    return Contents(
        result="taken" if told else "html" if parts.has_html else "empty",
        told=tuple(_fitting(one, urgent=may_be_urgent and (one.urgent or urgent)) for one in told),
        wrong=named.wrong + len(rows) - len(right),
        left_out=parts.left_out + broken + (parts.has_html and not body.strip()),
        is_cut=any(len(one.text) > TEXT_CHARACTERS_MAX for one in told),
    )


def _fitting(told: Told, *, urgent: bool) -> Told:
    return replace(told, text=told.text[:TEXT_CHARACTERS_MAX], urgent=urgent)


def _rows(tables: tuple[str, ...]) -> tuple[list[Row | WrongRow], int]:
    """The rows of all tables, at most one more than a mail may hold; and how many tables end in none."""
    rows: list[Row | WrongRow] = []
    broken = 0
    for table in tables:
        try:
            for row in islice(parse_rows(table), REPORTS_MAX + 1 - len(rows)):
                rows.append(row)
        except Invalid:
            broken += 1
    return rows, broken


def _reports(message: Message, named: Named, rows: list[Told]) -> tuple[Told, ...]:
    """One for each hundred addresses of the text, with all its words; then the rows.

    Words without an address belong to the first row, and are a report of their own where there is no row.
    """
    text = _text(message, named)
    if named.addresses:
        return (*_parcels(named.addresses, text), *rows)
    if rows:
        said = "\n\n".join(part for part in (rows[0].text, text) if part)
        return (replace(rows[0], text=said), *rows[1:])
    has_words = bool(named.words) and not _is_automatic(message)
    return (Told(addresses=(), text=text, urgent=False),) if has_words else ()


def _parcels(addresses: tuple[Url, ...], text: str) -> Iterator[Told]:
    for start in range(0, len(addresses), ADDRESSES_MAX):
        yield Told(addresses=addresses[start : start + ADDRESSES_MAX], text=text, urgent=False)


def _text(message: Message, named: Named) -> str:
    """What is kept of the writer's words, sealed: the subject, and the text without its plain addresses."""
    subject = readable(decoded_header(message.get("Subject", "")))
    return "\n\n".join(part for part in (subject, readable(named.words).strip()) if part)


def _is_automatic(message: Message) -> bool:
    """An answer that a program gave: somebody is away (RFC 3834 section 5)."""
    return str(message.get("Auto-Submitted", "")).strip().lower().startswith("auto-replied")


def _is_important(message: Message) -> bool:
    return str(message.get("Importance", "")).strip().lower() == "high"
