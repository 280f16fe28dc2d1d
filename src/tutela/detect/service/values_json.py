"""The values of one list entry as JSON: by kind and length, none that everybody has, none told again.

Web addresses and keywords become digests under the list's salt here, so that neither the change log nor a
list ever holds one (decisions.md section 8).
"""

from __future__ import annotations

from collections.abc import Iterator

from tutela.detect.fingerprints.shapes import QUALITY_MIN, VALUE_BYTES
from tutela.detect.matching.poison import is_poison, poison_values
from tutela.detect.matching.readers.options import ReadOptions
from tutela.detect.matching.readers.values import KEYED_KINDS, KINDS, parse_hex, parse_value
from tutela.detect.matching.shapes import ListHeader
from tutela.detect.service.strict_json import Fields, as_object, check_known

#: Values of one entry: three digests and eight turned forms, each on white and on black, with room.
VALUES_MAX = 64
#: Frames of one film: an hour at one a second (vpdq/README hashes one a second).
FILM_FRAMES_MAX = 3_600
#: Characters of a web address or keyword.
KEYED_TEXT_MAX = 8_192
VALUE_FIELDS = ("kind", "value", "quality")
_PDQ_BYTES = VALUE_BYTES["pdq"]
_EVERYBODYS = "everybody has this value, such as an empty file or a plain picture: it cannot be listed"

#: Kind, raw value, quality.
Value = tuple[str, bytes, int | None]


def parse_values(fields: Fields, header: ListHeader) -> Iterator[Value]:
    """Each of the field ``values`` of an entry, for the list with ``header``. Raises Invalid."""
    for number, untrusted in enumerate(fields.items("values", count_max=VALUES_MAX)):
        item = as_object(untrusted, fields.at(f"values[{number}]"))
        check_known(item, VALUE_FIELDS)
        kind = item.untrusted.get("kind")
        if not isinstance(kind, str) or kind not in KINDS:
            item.wrong("kind", f"one of {', '.join(KINDS)}")
        value = _raw(item, kind, header)
        if is_everybodys(kind, value, header.thresholds.distance_bits):
            item.wrong("value", _EVERYBODYS)
        yield kind, value, _quality(item, kind)


def is_everybodys(kind: str, value: bytes, distance_bits: int) -> bool:
    """True when a list with this value would meet files that everybody has (matching.poison).

    For PDQ that is every value within the list's distance of such a one; a film is so when no frame of it
    is its own.
    """
    if kind == "pdq":
        return _is_near_poison(value, distance_bits)
    if kind == "vpdq":
        frames = (value[at : at + _PDQ_BYTES] for at in range(0, len(value), _PDQ_BYTES))
        return all(_is_near_poison(frame, distance_bits) for frame in frames)
    return is_poison(kind, value)


def _is_near_poison(value: bytes, distance_bits: int) -> bool:
    number = int.from_bytes(value, "big")
    return any(
        (number ^ int.from_bytes(poison, "big")).bit_count() <= distance_bits
        for poison in poison_values()["pdq"]
    )


def _quality(item: Fields, kind: str) -> int | None:
    if "quality" in item.untrusted and kind != "pdq":
        item.wrong("quality", "belongs to values of the kind pdq only")
    return item.number("quality", QUALITY_MIN, 100)


def _raw(item: Fields, kind: str, header: ListHeader) -> bytes:
    untrusted = item.untrusted.get("value")
    if not isinstance(untrusted, str) or len(untrusted) > _characters_max(kind):
        item.wrong("value", _expected(kind))
    try:
        if kind == "vpdq":
            return _frames(untrusted)
        return parse_value(kind, untrusted, ReadOptions(salt=header.salt))
    except ValueError:  # only what is expected is told: another reason might repeat a part of the value
        item.wrong("value", _expected(kind))


def _frames(untrusted_text: str) -> bytes:
    """The frames of a film, each once, in order. Raises ValueError."""
    size_bytes = len(untrusted_text) // 2
    if not size_bytes or size_bytes % _PDQ_BYTES:
        raise ValueError("not whole frames")
    raw = parse_hex("vpdq", untrusted_text, size_bytes)
    return b"".join(dict.fromkeys(raw[at : at + _PDQ_BYTES] for at in range(0, size_bytes, _PDQ_BYTES)))


def _characters_max(kind: str) -> int:
    if kind == "vpdq":
        return FILM_FRAMES_MAX * 2 * _PDQ_BYTES
    return KEYED_TEXT_MAX if kind in KEYED_KINDS else 2 * VALUE_BYTES[kind]


def _expected(kind: str) -> str:
    """What a value of ``kind`` looks like."""
    if kind == "vpdq":
        return f"1 to {FILM_FRAMES_MAX} frames of {2 * _PDQ_BYTES} hexadecimal digits, one after the other"
    if kind == "url":
        return "a web address (http or https) about whose host no two readers disagree"
    if kind == "text":
        return "one to eight words with at least three letters or digits"
    if kind == "photodna":
        return f"{2 * VALUE_BYTES[kind]} hexadecimal digits, or base64 of the {VALUE_BYTES[kind]} bytes"
    return f"{2 * VALUE_BYTES[kind]} hexadecimal digits"
