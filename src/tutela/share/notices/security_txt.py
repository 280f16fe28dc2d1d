"""Whom a site names for reports about itself (RFC 9116). Meant for faults in software: the last thing to use.

A signature around it is not checked: it would be the site's own, and the site is whom nobody believes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from tutela.kernel.egress.mail_addresses import parse_mail_address
from tutela.kernel.egress.urls import parse_url
from tutela.share.notices.jcards import Way

#: Where it lies (RFC 9116 section 3).
PATH = "/.well-known/security.txt"
#: Bytes and lines that are read (RFC 9116 section 5.5 asks for a limit; our own).
BYTES_MAX, LINES_MAX = 32_768, 1_000
_FIELD = re.compile(r"([A-Za-z-]{1,40}):[ \t]*(\S.*?)[ \t]*")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, kw_only=True, slots=True)
class SecurityText:
    """What the file says: ways in the order of preference, and until when it holds."""

    ways: tuple[Way, ...]
    expires: datetime
    languages: tuple[str, ...] = ()


def parse_security_text(untrusted_body: bytes, *, now: datetime) -> SecurityText:
    """The contacts of a file that holds at ``now``. Raises ValueError for any other."""
    if len(untrusted_body) > BYTES_MAX:
        raise ValueError("the file is longer than is read")
    fields = list(_fields(untrusted_body.decode("utf-8", errors="strict")))
    expires = _expires([value for name, value in fields if name == "expires"])
    if expires <= now:
        raise ValueError("the file says that it is out of date")
    ways = [way for name, value in fields if name == "contact" and (way := _way(value))]
    if not ways:
        raise ValueError("the file names no mail address and no form")
    languages = [
        word for name, value in fields if name == "preferred-languages" for word in _languages(value)
    ]
    return SecurityText(ways=tuple(dict.fromkeys(ways)), expires=expires, languages=tuple(languages))


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Name (lower case) and value of each field; of a signed file only what stands above the signature."""
    for line in text.splitlines()[:LINES_MAX]:
        if line.startswith("-----BEGIN PGP SIGNATURE"):
            return
        found = _FIELD.fullmatch(line)
        if found:
            yield found[1].lower(), found[2]


def _expires(values: list[str]) -> datetime:
    if len(values) != 1:
        raise ValueError("the file says once until when it holds")
    moment = datetime.fromisoformat(values[0].upper())
    if moment.tzinfo is None:
        raise ValueError("the time until which it holds has a zone")
    return moment.astimezone(UTC)


def _way(value: str) -> Way | None:
    """A mail address or the https address of a form; a telephone number is for people."""
    try:
        if value.lower().startswith("mailto:"):
            mail = parse_mail_address(value[len("mailto:") :].partition("?")[0])
            return Way(kind="mail", address=str(mail), path="Contact")
        url = parse_url(value)
    except ValueError:
        return None
    return Way(kind="form", address=url.canonical, path="Contact") if url.encrypted else None


def _languages(value: str) -> Iterator[str]:
    words = (word.strip().lower().partition("-")[0] for word in value.split(",")[:20])
    return (word for word in words if _LANGUAGE.fullmatch(word))
