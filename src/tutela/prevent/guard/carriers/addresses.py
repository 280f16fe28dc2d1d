"""``data:`` addresses and bare base64 in text of any kind: where they are, and what they stand for.

One pass from the left; what was found is never looked at again, and each look reaches over a bounded
stretch or to the place from which the pass goes on. So the time grows with the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from tutela.prevent.guard.carriers.kinds import kind_of
from tutela.prevent.guard.carriers.spelling import (
    ESCAPE,
    from_base64,
    plain,
    without_breaks,
    without_percents,
)

#: Bytes of what stands before the comma of an address: type, parameters, ``;base64``.
HEADER_BYTES_MAX: Final = 256
#: Letters of bare base64 under which nothing is a picture (the smallest GIF has 26 bytes).
BARE_LETTERS_MIN: Final = 32
#: Bytes looked at to tell whether a written-out address without a type is a picture.
_PEEKED_BYTES: Final = 192
#: The first bytes of rasters, and of what may be spelt so.
_RASTER_STARTS: Final = frozenset(bytes([one]) for one in b"%&\\\0\xff\x89GBRIM\t\r\n")


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Bytes ``start`` to ``end`` of a text, which stand for ``content``. ``bare``: without ``data:``."""

    start: int
    end: int
    declared: str
    content: bytes
    bare: bool = False


_BREAKS: Final = rb"[\t\n\r]{0,8}"
#: Spelt as itself, perhaps broken by what browsers drop. The text is in lower case.
_PLAIN_SCHEME: Final = rb"d%(b)sa%(b)st%(b)sa%(b)s:" % {b"b": _BREAKS}
#: Letters of bare base64: the starts of JPEG, PNG, GIF, RIFF, TIFF, BMP, ``ftyp``, ICO, ``<svg``, ``<?xml``.
_BARE: Final = re.compile(
    rb"[/_]9j[/_]|/9j\\/|\\/9j|iVBORw0KGg|R0lGOD|UklGR|SUkqA|TU0AK|Qk[0-3]|AAAA[A-Za-z0-9+/][GWm2]Z0eXB|AAABA"
    rb"|PHN2Zy|PD94bWwg"
)
#: After one of these a run of base64 is under way already.
_AMID_BASE64: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_%-")


def _spelt(letter: str) -> bytes:
    """Every way to write ``letter`` in markup, script and style."""
    codes = {f"{ord(one):x}" for one in (letter, letter.upper())}
    numbers = {str(ord(one)) for one in (letter, letter.upper())}
    hexadecimal, decimal = "|".join(sorted(codes)), "|".join(sorted(numbers))
    return (
        rf"(?:{letter}|&#0{{0,6}}(?:{decimal});?|&#x0{{0,6}}(?:{hexadecimal});?|\\u00(?:{hexadecimal})"
        rf"|\\u\{{0{{0,4}}(?:{hexadecimal})\}}|\\x(?:{hexadecimal})|\\0{{0,4}}(?:{hexadecimal})[ \t\n]?"
        + (r"|&colon;)" if letter == ":" else ")")
    ).encode()


_JUNK: Final = (
    rb"(?:[\t\n\r]|&tab;|&newline;|&#0{0,6}(?:9|10|13);?|&#x0{0,6}[9ad];?|\\[nrt]|\\\r?\n|\\u000[9ad]){0,8}"
)
_ODD_SCHEME: Final = re.compile(_JUNK.join(_spelt(letter) for letter in "data:"))
_PLAIN: Final = re.compile(_PLAIN_SCHEME)
#: Signs that some letter of ``data:`` may be written otherwise. Each begins with fixed bytes, so it is fast.
_ODD_SIGNS: Final = tuple(
    re.compile(one)
    for one in (
        rb"&#(?:0{0,6}(?:9|10|13|58|65|68|84|97|100|116)(?![0-9])|x0{0,6}(?:9|a|d|3a|41|44|54|61|64|74)(?![0-9a-f]))",
        rb"\\(?:u00|u\{0{0,4}|x|0{0,4})(?:3a|41|44|54|61|64|74|09|0a|0d)",
        rb"&(?:colon|tab|newline);",
        rb"d\\[nrtux0\r\n]",
        rb"a\\[nrtux0\r\n]",
        rb"t\\[nrtux0\r\n]",
    )
)
#: The comma that ends the header where it is not spelt as itself.
_ODD_COMMA: Final = re.compile(
    rb"&comma;|&#0{0,6}44;?(?![0-9])|&#[xX]0{0,6}2[cC];?(?![0-9a-fA-F])|\\u002[cC]|\\x2[cC]|\\0{0,4}2[cC](?![0-9a-fA-F])"
)
_ESCAPED: Final = re.compile(rb"[&\\]")
_NO_HEADER: Final = re.compile(rb"[<>{}]")
_TYPED: Final = re.compile(rb"\s*([a-z0-9][a-z0-9.+*_-]{0,80}/[a-z0-9.+*_-]{1,120})\s*(?:;|$)", re.IGNORECASE)
_IN_BASE64: Final = re.compile(rb";\s*base64\s*\Z", re.IGNORECASE)
#: A run of base64 with whatever may be strewn in: percent signs, escapes, line ends, spaces ahead of more.
_RUN: Final = re.compile(
    rb"(?:[A-Za-z0-9+/_=-]++|%[0-9a-fA-F]{2}|[\t\n\r\f]|\x20(?=[A-Za-z0-9+/]{20})"
    rb"|(?!&quot;|&#0{0,6}3[49];|&#[xX]0{0,6}2[27];|&apos;|&[lg]t;|\\[\"'`]|\\u002[27]|\\x2[27])(?:"
    + ESCAPE
    + rb"))*+"
)
_BARE_RUN: Final = re.compile(rb"(?:[A-Za-z0-9+/_-]++|\\/|\\n|\\u002[bBfF])*+={0,2}")
#: What opened the string that an address stands in, and closes it.
_OPENINGS: Final = re.compile(
    rb"(\\?[\"'`]|&quot;|&#0{0,6}3[49];|&#[xX]0{0,6}2[27];|&apos;|\\u002[27]|\\x2[27]|\()\s{0,16}\Z",
    re.IGNORECASE,
)
_OPENING_ENDS: Final = frozenset(bytes([one]) for one in b"\"'`(;27 \t\r\n\f")
#: Where an address ends that nothing opened.
_LOOSE_END: Final = re.compile(rb"[\s\"'`<>)]")


@dataclass(slots=True)
class _Text:
    """One text under way: the bytes, and what is known not to come any more."""

    body: bytes
    ended: set[bytes] = field(default_factory=set)

    def find(self, closing: bytes, start: int) -> int:
        """Where ``closing`` comes next, or -1; a vain search is made once only."""
        if closing in self.ended:
            return -1
        at = self.body.find(closing, start)
        if at < 0:
            self.ended.add(closing)
        return at


def addresses(untrusted_text: bytes) -> Iterator[Address]:
    """Every address in ``untrusted_text`` that stands for something, from the left, none inside another."""
    text, past = _Text(untrusted_text), 0
    schemes, bare = (
        _Search(_scheme(lowered := untrusted_text.lower()), lowered),
        _Search(_BARE, untrusted_text),
    )
    while True:
        scheme, run = schemes.first(past), bare.first(past)
        if scheme is not None and (run is None or scheme.start() < run.start()):
            found, past = _address(text, scheme.start(), scheme.end()), scheme.end()
        elif run is not None:
            found, past = _bare(untrusted_text, run.start()), run.start() + 1
        else:
            return
        if found is not None:
            past = found.end
            yield found


@dataclass(slots=True)
class _Search:
    """Looks for a pattern from the left, and not again where it has looked."""

    pattern: re.Pattern[bytes]
    body: bytes
    found: re.Match[bytes] | None = None
    ended: bool = False

    def first(self, start: int) -> re.Match[bytes] | None:
        """The first match at or after ``start``, which never falls."""
        if not self.ended and (self.found is None or self.found.start() < start):
            self.found = self.pattern.search(self.body, start)
            self.ended = self.found is None
        return self.found


def _scheme(lowered: bytes) -> re.Pattern[bytes]:
    """The quick pattern, unless a letter of ``data:`` may be spelt otherwise."""
    return _ODD_SCHEME if any(sign.search(lowered) for sign in _ODD_SIGNS) else _PLAIN


def _bare(body: bytes, start: int) -> Address | None:
    if start and body[start - 1] in _AMID_BASE64:
        return None
    found = _BARE_RUN.match(body, start)
    if found is None or found.end() - start < BARE_LETTERS_MIN:
        return None
    return Address(start=start, end=found.end(), declared="", content=from_base64(plain(found[0])), bare=True)


def _address(text: _Text, start: int, after: int) -> Address | None:
    end_of_header, content_at = _comma(text.body, after)
    written = text.body[after:end_of_header]
    opening = _opening(text.body, start)
    if not content_at or _NO_HEADER.search(written) or (opening and opening in written):
        return None
    header = without_percents(without_breaks(plain(written)))
    if b"data:" in header.lower():  # a name before the address itself: {data: "data:..."}
        return None
    typed = _TYPED.match(header)
    declared = typed[1].decode().lower() if typed else ""
    if _IN_BASE64.search(header):
        return _in_base64(text.body, start, content_at, declared)
    return _written_out(text, (start, content_at), declared, opening)


def _comma(body: bytes, after: int) -> tuple[int, int]:
    """Where the header ends and where the content begins; (after, 0) where no comma is near."""
    plain_at = body.find(b",", after, after + HEADER_BYTES_MAX)
    end = after + HEADER_BYTES_MAX if plain_at < 0 else plain_at
    if _ESCAPED.search(body, after, end) and (odd := _ODD_COMMA.search(body, after, end)):
        return odd.start(), odd.end()
    return (after, 0) if plain_at < 0 else (plain_at, plain_at + 1)


def _opening(body: bytes, start: int) -> bytes:
    """What opened the string or bracket right before ``start``; empty where nothing did."""
    if body[start - 1 : start] not in _OPENING_ENDS:
        return b""
    found = _OPENINGS.search(body[max(0, start - 28) : start])
    return found[1] if found else b""


def _in_base64(body: bytes, start: int, after: int, declared: str) -> Address | None:
    run = _RUN.match(body, after)  # of no length where nothing of base64 follows
    written = (run[0] if run else b"").rstrip(b" \t\r\n\f\\")
    content = from_base64(without_percents(plain(written)))
    if not content:
        return None
    return Address(start=start, end=after + len(written), declared=declared, content=content)


def _written_out(text: _Text, place: tuple[int, int], declared: str, opening: bytes) -> Address | None:
    """An address whose content is spelt with percent signs, or not at all."""
    start, after = place
    if not declared and not _raster(text.body[after : after + _PEEKED_BYTES]):
        return None
    end = _end(text, after, opening)
    written = without_breaks(plain(text.body[after:end]))
    content = without_percents(written)
    return Address(start=start, end=end, declared=declared, content=content) if content else None


def _raster(written: bytes) -> bool:
    """Whether an address without a type begins as a raster does."""
    return (
        written[:1] in _RASTER_STARTS
        and kind_of("", without_percents(without_breaks(plain(written)))) == "picture"
    )


def _end(text: _Text, after: int, opening: bytes) -> int:
    closing = b")" if opening == b"(" else opening
    at = text.find(closing, after) if closing else -1
    if at >= 0:
        return at
    loose = _LOOSE_END.search(text.body, after)
    return loose.start() if loose else len(text.body)
