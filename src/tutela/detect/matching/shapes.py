"""Lists, entries, matches and decisions as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Status = Literal["known", "candidate", "unknown", "unreadable", "refused"]
Confirmed = Literal["sha256", "person", "second_hash"]

#: PDQ distance in bits up to which a pair counts as a match (threatexchange pdq/README).
PDQ_DISTANCE_BITS = 31


@dataclass(frozen=True, kw_only=True, slots=True)
class Thresholds:
    """A list's own thresholds. Percent values are for vPDQ (decisions.md section 2)."""

    distance_bits: int = PDQ_DISTANCE_BITS
    quality_min: int = 50
    film_target_percent: float = 80.0
    film_query_percent: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class ListEntry:
    """Who says what about one fingerprint. Several entries may share an ``entry`` id:
    the digests and the PDQ forms of one file belong together (ladder of action).

    ``value`` is raw bytes for hashes, a keyed digest for ``url`` and ``text``; a ``vpdq``
    value is the concatenation of its frames' 32-byte PDQ hashes. ``derived`` marks crops
    that tutela computed itself (``c5``, ``c10``, ``c15``). ``disputed``: another entry
    contradicts this one; both are kept.
    """

    entry: str
    kind: str
    value: bytes
    source: str = ""
    law: str = ""
    legal_class: str = ""
    scheme: str = ""
    category: str = ""
    quality: int | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    note: str = ""
    derived: str = ""
    disputed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ListHeader:
    """What a list says about itself. ``known_good`` lists end a file's way early."""

    name: str
    version: str
    source: str = ""
    law: str = ""
    legal_class: str = ""
    scheme: str = ""
    created: datetime
    valid_to: datetime | None = None
    known_good: bool = False
    #: True when the list's owner vouches that each entry was assessed by people (``confirmed: person``
    #: is only ever said for a SHA-256 or where this is set and the SHA-256 matches).
    approved: bool = False
    #: True when the list's owner allows its PDQ values in sealed device lists (decisions.md section 8).
    device_perceptual: bool = False
    thresholds: Thresholds = field(default_factory=Thresholds)
    #: Random 32 bytes that key the digests of ``url`` and ``text`` entries (decisions.md section 8).
    #: Empty = ``write_list`` draws one; whoever makes keyed digests sets it first (``new_salt()``).
    salt: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """A fingerprint meets an entry. ``distance_bits`` is None for kinds without a distance.

    ``legal_class`` is the entry's, or the list's where the entry names none.
    """

    list: str
    version: str
    entry: str
    kind: str
    form: str
    distance_bits: int | None
    query_percent: float | None = None
    target_percent: float | None = None
    derived: str = ""
    disputed: bool = False
    legal_class: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What the evidence means (truth table: decisions.md section 2). ``reason`` is a sentence."""

    status: Status
    confirmed: Confirmed | None
    reason: str
    matches: tuple[Match, ...] = ()
    known_good: bool = False
