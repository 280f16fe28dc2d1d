"""A list's header as JSON and back. Everything read is checked; ValueError says what is wrong."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from tutela.detect.matching.shapes import ListHeader, Thresholds

#: Length of the random salt that keys digests of URLs and texts, in bytes (decisions.md section 8).
SALT_BYTES = 32
#: Largest distance a list may ask for. Unrelated PDQ hashes are 128 bits apart, deviation 8
#: (standards/12 section 12.1): at 64 chance alone would give one pair in 10^15.
DISTANCE_BITS_MAX = 64
_TEXT_FIELDS = ("name", "version", "source", "law", "legal_class", "scheme")
_TEXT_MAX = 10_000


def new_salt() -> bytes:
    """32 random bytes from the operating system."""
    return secrets.token_bytes(SALT_BYTES)


def checked_header(header: ListHeader) -> ListHeader:
    """``header`` with a salt; raises ValueError when a threshold, a date or the salt cannot be right."""
    limits = header.thresholds
    if not header.name or not header.version:
        raise ValueError("a list needs a name and a version")
    if not 0 <= limits.distance_bits <= DISTANCE_BITS_MAX:
        raise ValueError(f"distance_bits must be 0 to {DISTANCE_BITS_MAX}")
    if not 0 <= limits.quality_min <= 100:
        raise ValueError("quality_min must be 0 to 100")
    if not all(0.0 <= share <= 100.0 for share in (limits.film_target_percent, limits.film_query_percent)):
        raise ValueError("film percentages must be 0 to 100")
    for moment in (header.created, header.valid_to):
        if moment is not None and moment.tzinfo is None:
            raise ValueError("dates of a list need a time zone")
    if header.salt and len(header.salt) != SALT_BYTES:
        raise ValueError(f"the salt must be {SALT_BYTES} bytes")
    return header if header.salt else replace(header, salt=new_salt())


def render_moment(moment: datetime | None) -> str | None:
    """RFC 3339 in UTC with ``Z``, or None."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_moment(untrusted: object) -> datetime | None:
    """An aware UTC datetime, or None. Raises ValueError for anything else."""
    if untrusted is None:
        return None
    if not isinstance(untrusted, str):
        raise ValueError("a date of the header is not text")
    moment = datetime.fromisoformat(untrusted)
    if moment.tzinfo is None:
        raise ValueError("a date of the header has no time zone")
    return moment.astimezone(UTC)


def render_header(header: ListHeader) -> dict[str, Any]:
    """JSON object of a header; ``parse_header`` is its inverse."""
    return {name: getattr(header, name) for name in _TEXT_FIELDS} | {
        "created": render_moment(header.created),
        "valid_to": render_moment(header.valid_to),
        "known_good": header.known_good,
        "approved": header.approved,
        "device_perceptual": header.device_perceptual,
        "thresholds": asdict(header.thresholds),
        "salt": header.salt.hex(),
    }


def _text(untrusted: Mapping[str, Any], name: str) -> str:
    value = untrusted.get(name, "")
    if not isinstance(value, str) or len(value) > _TEXT_MAX:
        raise ValueError(f"header field {name} is not a text of reasonable length")
    return value


def _flag(untrusted: Mapping[str, Any], name: str) -> bool:
    value = untrusted.get(name, False)
    if not isinstance(value, bool):
        raise ValueError(f"header field {name} is neither true nor false")
    return value


def _thresholds(untrusted: object) -> Thresholds:
    if not isinstance(untrusted, dict):
        raise ValueError("the header has no thresholds")
    bits, quality = untrusted.get("distance_bits"), untrusted.get("quality_min")
    target, query = untrusted.get("film_target_percent"), untrusted.get("film_query_percent")
    if type(bits) is not int or type(quality) is not int:
        raise ValueError("distance_bits and quality_min must be whole numbers")
    if type(target) not in (int, float) or type(query) not in (int, float):
        raise ValueError("film percentages must be numbers")
    return Thresholds(
        distance_bits=bits,
        quality_min=quality,
        film_target_percent=float(target or 0),
        film_query_percent=float(query or 0),
    )


def parse_header(untrusted: object) -> ListHeader:
    """The header of an untrusted JSON object. Raises ValueError with what is wrong."""
    if not isinstance(untrusted, dict):
        raise ValueError("the list part of the header is not an object")
    texts = {name: _text(untrusted, name) for name in _TEXT_FIELDS}
    created = parse_moment(untrusted.get("created"))
    if created is None:
        raise ValueError("the header has no date of creation")
    salt = bytes.fromhex(_text(untrusted, "salt"))
    if len(salt) != SALT_BYTES:
        raise ValueError(f"the salt must be {SALT_BYTES} bytes")
    return checked_header(
        ListHeader(
            **texts,
            created=created,
            valid_to=parse_moment(untrusted.get("valid_to")),
            known_good=_flag(untrusted, "known_good"),
            approved=_flag(untrusted, "approved"),
            device_perceptual=_flag(untrusted, "device_perceptual"),
            thresholds=_thresholds(untrusted.get("thresholds")),
            salt=salt,
        )
    )
