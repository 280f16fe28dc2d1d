"""How markup, scripts, styles and addresses write a byte otherwise than as itself, and the way back.

HTML and XML character references, escapes of JavaScript and JSON (``\\/``, ``\\n``, ``\\x2f``, ``\\u002f``,
``\\u{2f}``), escapes of CSS (``\\2f``), percent signs of addresses, base64. Only what stands for one byte of
ASCII is undone, since an address has no others that matter.
"""

from __future__ import annotations

import base64
import re
from typing import Final

#: References by name that can stand in an address (WHATWG HTML, named character references).
NAMED: Final = {
    b"colon": b":",
    b"comma": b",",
    b"semi": b";",
    b"sol": b"/",
    b"plus": b"+",
    b"equals": b"=",
    b"tab": b"\t",
    b"newline": b"\n",
    b"amp": b"&",
    b"lt": b"<",
    b"gt": b">",
    b"quot": b'"',
    b"apos": b"'",
    b"num": b"#",
    b"percnt": b"%",
    b"lpar": b"(",
    b"rpar": b")",
    b"period": b".",
    b"lowbar": b"_",
}
_NAMES: Final = b"|".join(sorted(NAMED, reverse=True))
#: One escape. No two alternatives begin alike and none repeats without a bound: the scan is linear.
ESCAPE: Final = (
    rb"&(?:#0{0,6}[0-9]{1,3}(?![0-9]);?|#[xX]0{0,6}[0-9a-fA-F]{1,2}(?![0-9a-fA-F]);?|(?i:" + _NAMES + rb");)"
    rb"|\\(?:u00[0-9a-fA-F]{2}|u\{0{0,6}[0-9a-fA-F]{1,2}\}|x[0-9a-fA-F]{2}|[nrtf]|\r?\n"
    rb"|0{0,4}[2-7][0-9a-fA-F](?![0-9a-fA-F])[ \t\n]?|[^0-9a-zA-Z\r\n])"
)
_ESCAPES: Final = re.compile(ESCAPE)
_LETTERS: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"f": b"\f", b"\n": b"", b"\r\n": b""}
_PERCENT: Final = re.compile(rb"%([0-9a-fA-F]{2})")
#: What an address loses before it is read (WHATWG URL, "ASCII tab or newline").
_DROPPED: Final = b"\t\n\r"
_NOT_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/]+")
_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")


def plain(spelt: bytes) -> bytes:
    """``spelt`` with every escape undone, once."""
    if b"&" not in spelt and b"\\" not in spelt:
        return spelt
    return _ESCAPES.sub(_undone, spelt)


def _undone(found: re.Match[bytes]) -> bytes:
    escape = found[0]
    return _reference(escape) if escape.startswith(b"&") else _backslash(escape[1:])


def _reference(escape: bytes) -> bytes:
    body = escape[1:].rstrip(b";").lower()
    if not body.startswith(b"#"):
        return NAMED[body]
    number = int(body[2:], 16) if body[1:2] == b"x" else int(body[1:])
    return bytes([number]) if number < 256 else escape


def _backslash(body: bytes) -> bytes:
    if body in _LETTERS:
        return _LETTERS[body]
    digits = body.strip(b" \t\n").lstrip(b"ux").strip(b"{}")
    if body[:1] in b"ux0123456789" and digits:
        return bytes([int(digits, 16) & 0xFF])
    return body


def without_percents(written: bytes) -> bytes:
    """``written`` with its percent signs undone (WHATWG URL, "percent-decode")."""
    if b"%" not in written:
        return written
    return _PERCENT.sub(lambda found: bytes([int(found[1], 16)]), written)


def without_breaks(written: bytes) -> bytes:
    """``written`` without tabs and line ends, as a browser reads an address."""
    return written.translate(None, _DROPPED)


def from_base64(written: bytes) -> bytes:
    """What ``written`` stands for, both alphabets, padding or none; what is not of them is passed over."""
    letters = written.translate(_URL_SAFE)
    end = letters.find(b"=")
    letters = letters if end < 0 else letters[:end]
    letters = _NOT_BASE64.sub(b"", letters)
    spare = len(letters) % 4
    if spare == 1:
        letters, spare = letters[:-1], 0
    return base64.b64decode(letters + b"=" * (-spare % 4))
