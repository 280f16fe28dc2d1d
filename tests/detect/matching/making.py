"""Builders for tests of lists and matches. All values are random bytes: nothing here is anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from tutela.detect.fingerprints.shapes import FileFingerprints, Fingerprint
from tutela.detect.matching.columns import EXACT_BYTES
from tutela.detect.matching.shapes import ListEntry, ListHeader, Thresholds
from tutela.detect.media.shapes import MediaFacts, Trouble

CREATED = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
FIRST_DAY = datetime(1999, 12, 31, 23, 59, 59, 123456, tzinfo=UTC)


def value(number: int, size: int = 32) -> bytes:
    """The same random bytes for the same number."""
    return np.random.default_rng(number).bytes(size)


def flipped(raw: bytes, *bits: int) -> bytes:
    """``raw`` with these bits turned over."""
    changed = bytearray(raw)
    for bit in bits:
        changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def header(name: str = "list", **fields: Any) -> ListHeader:
    limits = {name: fields.pop(name) for name in Thresholds.__slots__ if name in fields}
    return replace(
        ListHeader(name=name, version="1", created=CREATED, thresholds=Thresholds(**limits)), **fields
    )


def entry(name: str, kind: str, raw: bytes, **fields: Any) -> ListEntry:
    return ListEntry(entry=name, kind=kind, value=raw, **fields)


def many_entries(seed: int, count: int) -> list[ListEntry]:
    """Entries of all kinds with all fields in use, ids shared by several."""
    rng = np.random.default_rng(seed)
    kinds = [*EXACT_BYTES, "pdq", "vpdq"]
    entries = []
    for number in range(count):
        kind = kinds[int(rng.integers(len(kinds)))]
        size = EXACT_BYTES.get(kind, 32) * (int(rng.integers(1, 5)) if kind == "vpdq" else 1)
        entries.append(
            ListEntry(
                entry=f"ent_{number // 3}",
                kind=kind,
                value=rng.bytes(size),
                source=f"source {rng.integers(3)}",
                law="§ law",
                legal_class="csam",
                scheme="tutela-min",
                category=f"c{rng.integers(4)}",
                quality=int(rng.integers(0, 101)) if kind == "pdq" else None,
                valid_from=FIRST_DAY if number % 4 == 0 else None,
                valid_to=NOW if number % 5 == 0 else None,
                note=f"note {number}",
                derived="c5" if number % 7 == 0 else "",
                disputed=number % 11 == 0,
            )
        )
    return entries


def pdq(raw: bytes, form: str = "f0/r0", quality: int | None = 100) -> Fingerprint:
    return Fingerprint(kind="pdq", value=raw, form=form, quality=quality)


def digest(kind: str, raw: bytes) -> Fingerprint:
    return Fingerprint(kind=kind, value=raw)


def file(*prints: Fingerprint, trouble: Trouble | None = None, film: bool = False) -> FileFingerprints:
    return FileFingerprints(
        member=None, size_bytes=1, facts=MediaFacts(), trouble=trouble, prints=prints, film=film
    )
