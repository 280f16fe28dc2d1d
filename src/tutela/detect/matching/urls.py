"""URLs in lists: one canonical form, its expressions, and keyed digests of them (standards/11b).

Every URL goes through the WHATWG parser (ada). A URL about whose host a second parser
(``urllib.parse``) says something else is refused, in lists as in questions: such a URL evades the one
or fools the other (threat model ST-02 and section 10.3). What is compared is ``host/path?query``
without scheme, user, port and fragment.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import ada_url

from tutela.kernel.egress.urls import comparable_host

#: Longest URL that is looked at, in characters; browsers and servers stop earlier, so more is an attack.
URL_CHARACTERS_MAX = 65_536
#: Rounds of percent-unescaping until the text is stable (standards/11b section 11b.1, step 3).
UNESCAPE_ROUNDS_MAX = 1024
#: Host suffixes and path prefixes beside the exact ones (standards/11b section 11b.2).
HOST_SUFFIXES_MAX = 4
HOST_LABELS_USED = 5
PATH_PREFIXES_MAX = 4
#: Schemes a list can hold; anything else is no web address.
SCHEMES = ("http", "https")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
_PORT = re.compile(rb":[0-9]*$")
_DOTS = re.compile(rb"\.+")
_SLASHES = re.compile(rb"/+")
#: NAT64 prefix whose last 32 bits are an IPv4 address (RFC 6052; standards/11b section 11b.1, step 4).
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, kw_only=True, slots=True)
class CanonicalUrl:
    """A URL in the canonical form of standards/11b section 11b.1. ``query`` is None without a ``?``."""

    scheme: str
    host: str
    path: str
    query: str | None

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}{self.path}" + ("" if self.query is None else f"?{self.query}")


def canonical(untrusted_url: str) -> CanonicalUrl:
    """The canonical form. Raises ValueError when this is no web address or has no host.

    Does not compare parsers; ``checked`` does.
    """
    text = _with_scheme(untrusted_url)
    try:
        return _canonical_of(ada_url.URL(text).href)
    except ValueError:
        return _canonical_of(text)


def checked(untrusted_url: str) -> CanonicalUrl:
    """The canonical form of a URL about whose host both parsers agree.

    Raises ValueError when WHATWG does not accept the URL or ``urllib.parse`` sees another host.
    """
    text = _with_scheme(untrusted_url)
    try:
        parsed = ada_url.URL(text)
    except ValueError as error:
        raise ValueError("a browser would not accept this URL") from error
    if comparable_host(parsed.hostname) != comparable_host(urlsplit(text).hostname or ""):
        raise ValueError("two parsers disagree about the host of this URL")
    return _canonical_of(parsed.href)


def hosts_by_labels(host: str) -> list[str]:
    """The exact host, and up to four suffixes of its last five labels (Safe Browsing v4)."""
    if _is_address(host):
        return [host]
    labels = host.split(".")
    tail = labels[-HOST_LABELS_USED:] if len(labels) > HOST_LABELS_USED else labels[1:]
    suffixes = [".".join(tail[start:]) for start in range(len(tail) - 1)]
    return [host, *suffixes[:HOST_SUFFIXES_MAX]]


def hosts_by_registrable(host: str, registrable: Callable[[str], str]) -> list[str]:
    """The exact host, and up to four suffixes from the registrable domain upwards (Safe Browsing v5).

    ``registrable`` gives the public suffix and one label of a host, or "" when it does not know.
    """
    if _is_address(host):
        return [host]
    labels, shortest = host.split("."), len((registrable(host) or host).split("."))
    lengths = range(shortest, min(shortest + HOST_SUFFIXES_MAX, len(labels) + 1))
    return [host] + [name for name in (".".join(labels[-n:]) for n in lengths) if name != host]


def paths(url: CanonicalUrl) -> list[str]:
    """Up to six: exact with query, exact, and ``/`` with up to three longer directories."""
    directories = [part for part in url.path.split("/")[:-1] if part]
    prefixes = ["/" + "".join(f"{part}/" for part in directories[:n]) for n in range(len(directories) + 1)]
    exact = [f"{url.path}?{url.query}"] if url.query else []
    return list(dict.fromkeys([*exact, url.path, *prefixes[:PATH_PREFIXES_MAX]]))


def expressions(url: CanonicalUrl, hosts: Callable[[str], Sequence[str]] = hosts_by_labels) -> list[str]:
    """All expressions, at most 30, under which a list may hold the URL; the exact one first."""
    return [host + path for host in hosts(url.host) for path in paths(url)]


def entry_print(untrusted_url: str, salt: bytes) -> bytes:
    """The 32-byte keyed digest under which a list holds exactly this URL.

    A URL with a query is held with it; one without also covers every query. Raises ValueError as ``checked``.
    """
    return _digest(expressions(checked(untrusted_url))[0], salt)


def match_prints(untrusted_url: str, salt: bytes) -> list[bytes]:
    """The keyed digests, at most 30, that a list with this salt may hold for the URL.

    HMAC-SHA-256 (decisions.md section 8). A salt keeps lists from being compared, not from being
    guessed: whoever has the list can try addresses (standards/11b section 11b.7).
    """
    return [_digest(expression, salt) for expression in expressions(checked(untrusted_url))]


def _digest(expression: str, salt: bytes) -> bytes:
    return hmac.digest(salt, expression.encode("utf-8"), "sha256")


def _with_scheme(untrusted_url: str) -> str:
    """The text without blanks around it, with ``http://`` before a bare host. Refuses other schemes."""
    if len(untrusted_url) > URL_CHARACTERS_MAX:
        raise ValueError(f"longer than {URL_CHARACTERS_MAX} characters")
    text = re.sub(r"[\t\r\n]", "", untrusted_url.strip(" \t\r\n"))
    found = _SCHEME.match(text)
    name = found[1].lower() if found else ""
    if found and text[found.end() :].startswith("//"):
        if name not in SCHEMES:
            raise ValueError("only http and https addresses can be listed")
        return text
    port = found and name not in SCHEMES and text[found.end() : found.end() + 1].isdigit()
    if (found and not port) or text.startswith("/") or not text:
        raise ValueError("this is not a web address: host/path or http(s)://host/path is expected")
    return "http://" + text


def _canonical_of(text: str) -> CanonicalUrl:
    """Steps 3 to 7 of standards/11b section 11b.1 on a text with a scheme."""
    # Code points below 256 are bytes that a browser did not encode (published vectors do so).
    raw = text.encode("latin-1") if all(ord(char) < 256 for char in text) else text.encode("utf-8")
    scheme, rest = raw.split(b"#", 1)[0].split(b"://", 1)
    before_query, mark, query = rest.partition(b"?")
    authority, slash, path = before_query.partition(b"/")
    return CanonicalUrl(
        scheme=scheme.decode("ascii").lower(),
        host=_canonical_host(authority),
        path=_canonical_path(_unescape(slash + path)),
        query=_escape(_unescape(query)) if mark else None,
    )


def _unescape(raw: bytes) -> bytes:
    for _ in range(UNESCAPE_ROUNDS_MAX):
        plain = _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), raw)
        if plain == raw:
            return raw
        raw = plain
    raise ValueError("escaped too many times over")


def _escape(raw: bytes) -> str:
    """Bytes up to space, from 0x7F on, ``#`` and ``%`` as upper-case escapes (section 11b.1, step 6)."""
    return "".join(chr(c) if 0x20 < c < 0x7F and c not in b"#%" else f"%{c:02X}" for c in raw)


def _canonical_host(authority: bytes) -> str:
    host = _unescape(authority.rsplit(b"@", 1)[-1])
    host = host if host.endswith(b"]") else _PORT.sub(b"", host)
    host = _DOTS.sub(b".", host).strip(b".").lower()
    if not host:
        raise ValueError("the URL has no host")
    text = host.decode("latin-1")
    return canonical_ipv6(text) if text.startswith("[") else canonical_ipv4(text) or _escape(host)


def canonical_ipv4(host: str) -> str:
    """The dotted quad of any legal spelling (decimal, octal, hexadecimal, one to four parts), or ""."""
    numbers = [_number(part) for part in host.split(".")]
    if len(numbers) > 4 or None in numbers:
        return ""
    # Excess high bits are dropped, as in google/safebrowsing (standards/11b, reference script).
    leading = bytes((number or 0) & 0xFF for number in numbers[:-1])
    last = ((numbers[-1] or 0) & 0xFFFFFFFF).to_bytes(4, "big")[len(leading) :]
    return ".".join(str(byte) for byte in leading + last)


def _number(part: str) -> int | None:
    if re.fullmatch(r"0[xX][0-9A-Fa-f]+", part, re.ASCII):
        return int(part, 16)
    if re.fullmatch(r"0[0-7]*", part, re.ASCII):
        return int(part, 8)
    return int(part) if re.fullmatch(r"[1-9][0-9]*", part, re.ASCII) else None


def canonical_ipv6(host: str) -> str:
    """``[...]`` compressed; IPv4-mapped and NAT64 addresses as dotted quad (v5 rule). Raises ValueError."""
    address = ipaddress.IPv6Address(host.strip("[]"))
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    if address in _NAT64:
        return str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return f"[{address.compressed}]"


def _canonical_path(path: bytes) -> str:
    parts: list[bytes] = []
    segments = _SLASHES.sub(b"/", path).split(b"/")[1:] or [b""]
    for segment in segments:
        if segment == b"..":
            del parts[-1:]
        elif segment not in (b".", b""):
            parts.append(segment)
    directory = bool(parts) and segments[-1] in (b"", b".", b"..")
    return "/" + "/".join(_escape(part) for part in parts) + ("/" if directory else "")


def _is_address(host: str) -> bool:
    return host.startswith("[") or bool(canonical_ipv4(host))
