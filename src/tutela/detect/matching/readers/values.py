"""Values as text: hexadecimal digits and the other spellings that lists use, and the way back."""

from __future__ import annotations

import base64
import binascii

from tutela.detect.fingerprints.shapes import QUALITY_MIN, VALUE_BYTES
from tutela.detect.fingerprints.vpdq import parse_frames
from tutela.detect.matching.keywords import keyword_print
from tutela.detect.matching.readers.options import ReadOptions
from tutela.detect.matching.urls import entry_print

#: Kinds a list can hold (decisions.md section 8, and ``text`` for keywords).
KINDS = ("md5", "sha1", "sha256", "pdq", "vpdq", "photodna", "url", "text")
#: Kinds whose value is a keyed digest, so that the text cannot be had back.
KEYED_KINDS = ("url", "text")
_KEYED_PREFIX = "keyed:"
_DIGEST_BYTES = 32
_PDQ_BYTES = VALUE_BYTES["pdq"]


class UnusableError(ValueError):
    """The value is well formed and says nothing, such as a film of plain frames: left out and counted."""


def parse_kind(untrusted_kind: str) -> str:
    """A kind's own name from any spelling of it (``SHA-256``). Raises ValueError naming the kinds."""
    plain = untrusted_kind.strip().lower().replace("-", "").replace("_", "")
    if plain not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}")
    return plain


def parse_value(kind: str, untrusted_text: str, options: ReadOptions) -> bytes:
    """The raw value of ``kind`` (``parse_kind`` gave it). Raises ValueError with what is expected."""
    text = untrusted_text.strip()
    if kind in KEYED_KINDS:
        return _parse_keyed(kind, text, options)
    if kind == "vpdq":
        return parse_film(text)
    if kind == "photodna":
        return _parse_photodna(text)
    return parse_hex(kind, text, VALUE_BYTES[kind])


def render_value(kind: str, value: bytes) -> str:
    """The text that ``parse_value`` reads back; ``keyed:...`` where the text itself cannot be had back."""
    if kind in KEYED_KINDS:
        return _KEYED_PREFIX + value.hex()
    return base64.b64encode(value).decode("ascii") if kind == "photodna" else value.hex()


def parse_hex(kind: str, text: str, size_bytes: int) -> bytes:
    """``size_bytes`` bytes of hexadecimal digits in any case. Raises ValueError."""
    if len(text) == 2 * size_bytes:
        try:
            raw = bytes.fromhex(text)
        except ValueError:
            raw = b""
        # ``fromhex`` skips blanks between digits; then the length is short.
        if len(raw) == size_bytes:
            return raw
    raise ValueError(f"a {kind} value is {2 * size_bytes} hexadecimal digits")


def parse_film(text: str) -> bytes:
    """The frames of a film, each once, 32 bytes each: hexadecimal digits in a row, or a vPDQ in JSON.

    Frames below quality 50 are dropped (vpdq/README). Raises UnusableError when none is left.
    """
    if text.startswith(("[", "{")):
        frames = [frame.value for frame in parse_frames(text) if frame.quality >= QUALITY_MIN]
        if not frames:
            raise UnusableError("films without a usable frame left out")
        return b"".join(dict.fromkeys(frames))
    if not text or len(text) % (2 * _PDQ_BYTES):
        raise ValueError(f"a vpdq value is a multiple of {2 * _PDQ_BYTES} hexadecimal digits, or JSON")
    raw = parse_hex("vpdq", text, len(text) // 2)
    return b"".join(dict.fromkeys(raw[at : at + _PDQ_BYTES] for at in range(0, len(raw), _PDQ_BYTES)))


def _parse_photodna(text: str) -> bytes:
    size_bytes = VALUE_BYTES["photodna"]
    if len(text) == 2 * size_bytes:
        return parse_hex("photodna", text, size_bytes)
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error:
        raw = b""
    if len(raw) != size_bytes:
        raise ValueError("a photodna value is 192 characters of base64 or 288 hexadecimal digits")
    return raw


def _parse_keyed(kind: str, text: str, options: ReadOptions) -> bytes:
    if not text.startswith(_KEYED_PREFIX):
        return (entry_print if kind == "url" else keyword_print)(text, options.salt)
    if not options.salt_of_file:
        raise ValueError(
            "a keyed digest is of use only with the salt of its list: import the JSON-lines export"
        )
    return parse_hex(kind, text.removeprefix(_KEYED_PREFIX), _DIGEST_BYTES)
