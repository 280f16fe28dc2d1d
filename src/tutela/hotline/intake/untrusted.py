"""What somebody typed, read: addresses one a line, free text, and for each line that is no address, why.

Pure and quick whatever comes: a megabyte in one line, NUL, letters that look like others, broken surrogates.
Nothing of it is repeated in an error; the page shows what was typed again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tutela.hotline.intake.ways import AGES, WAYS, Way
from tutela.kernel.egress.reasons import Reason
from tutela.kernel.egress.urls import Url, UrlError, parse_url

#: Lines of addresses in one report. Our own: a bulk of more comes through a partner's channel.
ADDRESSES_MAX = 100
#: Characters of the free text. Our own: some three printed pages.
TEXT_CHARACTERS_MAX = 8_000
#: Characters of what is told of the way there, and of what one needs to get in. Our own.
DETAIL_CHARACTERS_MAX = 2_000
#: Complaints about lines that are shown at once; a page of the rest helps nobody (our own).
COMPLAINTS_MAX = 10

#: Fields that help to find a place which shows itself to some only: the page before it, what one needs to get
#: in, how one got there; and the number under which somebody else keeps the case.
DETAILS = ("referrer", "access", "route", "reference")

#: What is wrong with a line, or with the whole report.
Problem = Literal[
    "no_address", "scheme", "credentials", "disputed", "too_many", "too_long", "detail_too_long", "empty"
]
_PROBLEMS: dict[Reason, Problem] = {
    "url_scheme": "scheme",
    "url_credentials": "credentials",
    "url_disputed": "disputed",
}
#: A line that begins with a scheme, as RFC 3986 section 3.1 writes it; ``host:8080`` is none.
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:(?!\d{1,5}(?:[/?#]|$))")
#: What may stand for a host where the scheme was left out: a dot inside, no white space.
_HOST_LIKE = re.compile(r"[^\s/?#]+\.[^\s/?#]+")
#: Several addresses in one line, where each says its scheme: what is copied from a list often comes so.
_SEVERAL = re.compile(r"https?://[^ \t]+(?:[ \t]+https?://[^ \t]+)+", re.IGNORECASE)
_BETWEEN = re.compile(r"[ \t]+(?=https?://)", re.IGNORECASE)
#: What ends a line where people type; other line ends of Unicode are characters like others.
_LINE_END = re.compile(r"\r\n|\r|\n")
#: Control characters but for line feed, carriage return and tab.
_CONTROLS = {code: 0x2400 + code for code in range(0x20) if code not in {0x09, 0x0A, 0x0D}} | {0x7F: 0x2421}


@dataclass(frozen=True, kw_only=True, slots=True)
class Complaint:
    """Where something is wrong: the field, the line counted from 1 (0: the whole field), and what."""

    field: str
    line: int
    problem: Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What a report says. Texts have no control characters but line ends and tabs, and no NUL.

    ``details`` are fields of ``DETAILS`` that were filled in; ``age`` is a band of ``ways.AGES`` or empty.
    """

    addresses: tuple[Url, ...] = field(repr=False)
    text: str = field(repr=False)
    urgent: bool
    details: Mapping[str, str] = field(default_factory=dict, repr=False)
    way: Way = "saw"
    age: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unclear:
    """Why it cannot be taken in as it is: never empty."""

    complaints: tuple[Complaint, ...]


def read_report(
    untrusted_addresses: str,
    untrusted_text: str,
    *,
    urgent: bool,
    untrusted: Mapping[str, str] | None = None,
) -> Told | Unclear:
    """What the report says, or what to mend. Two spellings of one address are one.

    ``untrusted`` holds the other fields: those of ``DETAILS``, ``way`` and ``age``.
    """
    others = untrusted or {}
    lines = [one for one in enumerate(_LINE_END.split(untrusted_addresses), start=1) if one[1].strip()]
    typed = [(number, one) for number, line in lines for one in _apart(line.strip())]
    text = readable(untrusted_text).strip()
    details = {name: readable(others[name]).strip() for name in DETAILS if others.get(name, "").strip()}
    complaints = [*_whole(typed, text), *_long(details)]
    found = _addresses(typed[:ADDRESSES_MAX], complaints)
    if complaints:
        return Unclear(complaints=tuple(complaints[:COMPLAINTS_MAX]))
    way = next((one for one in WAYS if one == others.get("way")), WAYS[0])
    age = next((one for one in AGES if one == others.get("age")), "")
    return Told(addresses=found, text=text, urgent=urgent, details=details, way=way, age=age)


def _apart(line: str) -> list[str]:
    """The addresses of a line, one but where several say their scheme."""
    return _BETWEEN.split(line) if _SEVERAL.fullmatch(line) else [line]


def _addresses(typed: list[tuple[int, str]], complaints: list[Complaint]) -> tuple[Url, ...]:
    """The addresses, each once; to ``complaints`` comes what is none."""
    found: dict[str, Url] = {}
    for number, line in typed:
        read = _read_line(line)
        if isinstance(read, Url):
            found.setdefault(read.canonical, read)
        else:
            complaints.append(Complaint(field="addresses", line=number, problem=read))
    return tuple(found.values())


def _long(details: Mapping[str, str]) -> list[Complaint]:
    return [
        Complaint(field=name, line=0, problem="detail_too_long")
        for name, text in details.items()
        if len(text) > DETAIL_CHARACTERS_MAX
    ]


def readable(untrusted_text: str) -> str:
    """The text with each control character as its picture (U+2400 and on), one line end, no lone surrogate.

    Nothing is taken away, so that staff see what was sent.
    """
    text = untrusted_text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS)
    return text.encode("utf-8", "replace").decode("utf-8")


def _whole(lines: list[tuple[int, str]], text: str) -> list[Complaint]:
    complaints = []
    if not lines and not text:
        complaints.append(Complaint(field="addresses", line=0, problem="empty"))
    if len(lines) > ADDRESSES_MAX:
        complaints.append(Complaint(field="addresses", line=0, problem="too_many"))
    if len(text) > TEXT_CHARACTERS_MAX:
        complaints.append(Complaint(field="text", line=0, problem="too_long"))
    return complaints


def address_of(untrusted_line: str) -> Url | None:
    """The address of a line, or None where it is none."""
    read = _read_line(untrusted_line.strip())
    return read if isinstance(read, Url) else None


def _read_line(untrusted_line: str) -> Url | Problem:
    """The address of a line; where the scheme was left out, https is meant."""
    line = untrusted_line
    if not _SCHEME.match(line):
        line = line.removeprefix("//")
        if not _HOST_LIKE.match(line):
            return "no_address"
        line = "https://" + line
    try:
        return parse_url(line)
    except UrlError as error:
        return _PROBLEMS.get(error.reason, "no_address")
