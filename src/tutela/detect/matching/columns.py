"""Entries as columns: what a segment is made of, before it is arranged for a file or merged.

A row is 32 bytes; what many rows share (source, law, class, scheme, category, note, derived) stands
once as a *label*, and the id of the entry stands once as a *group*. Values stand apart by kind.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutela.arithmetic import words
from tutela.detect.fingerprints.shapes import VALUE_BYTES
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.matching.texts import Texts, pack_texts, text_keys

#: Numbers of the kinds in a file; never reused (format version 1).
KIND_CODES = {"md5": 1, "sha1": 2, "sha256": 3, "pdq": 4, "vpdq": 5, "photodna": 6, "url": 7, "text": 8}
KIND_NAMES = {code: kind for kind, code in KIND_CODES.items()}
#: Bytes of a value of the kinds that are compared byte for byte; url and text are HMAC-SHA-256.
EXACT_BYTES = {
    "md5": VALUE_BYTES["md5"],
    "sha1": VALUE_BYTES["sha1"],
    "sha256": VALUE_BYTES["sha256"],
    "photodna": VALUE_BYTES["photodna"],
    "url": 32,
    "text": 32,
}
PDQ_BYTES = VALUE_BYTES["pdq"]
#: ``place`` is the index of the value in its kind's section.
ROW = np.dtype(
    [
        ("valid_from", "<i8"),
        ("valid_to", "<i8"),
        ("group", "<u4"),
        ("label", "<u4"),
        ("place", "<u4"),
        ("kind", "u1"),
        ("quality", "u1"),
        ("disputed", "u1"),
        ("reserved", "u1"),
    ]
)
_ROW = struct.Struct("<qqIIIBBBB")
#: Fields of a label, in the order of its columns.
LABEL_FIELDS = ("source", "law", "legal_class", "scheme", "category", "note", "derived")
#: A quality or a date that was not given.
NO_QUALITY = 255
NO_MOMENT = -(1 << 63)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds_of(moment: datetime | None) -> int:
    """Microseconds since 1970 (UTC), or ``NO_MOMENT``. Raises ValueError for a date without a zone."""
    if moment is None:
        return NO_MOMENT
    if moment.tzinfo is None:
        raise ValueError("a date without a time zone")
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(microseconds: int) -> datetime | None:
    """The inverse of ``microseconds_of``; a number outside the calendar (damaged file) is no date."""
    if microseconds == NO_MOMENT:
        return None
    try:
        return _EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        return None


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Columns:
    """Entries in any order. ``rows`` is of type ROW; ``labels`` uint32 (L, 7) numbers of ``strings``;
    ``keys`` uint64, the ``text_key`` of each of ``ids``.

    ``values`` uint8 (n, width) by exact kind; ``pdq`` uint64 (n, 4); ``film_ends`` uint64 (films + 1)
    and ``frames`` uint64 (F, 4): film i is ``frames[film_ends[i] : film_ends[i + 1]]``.
    """

    rows: NDArray[np.void]
    ids: Texts
    keys: NDArray[np.uint64]
    labels: NDArray[np.uint32]
    strings: Texts
    values: dict[str, NDArray[np.uint8]]
    pdq: NDArray[np.uint64]
    film_ends: NDArray[np.uint64]
    frames: NDArray[np.uint64]


def check_entry(entry: ListEntry) -> None:
    """Raises ValueError when an entry cannot be stored: kind, length, quality."""
    if not entry.entry:
        raise ValueError("an entry without an id")
    if entry.kind not in KIND_CODES:
        raise ValueError(f"kind must be one of {', '.join(KIND_CODES)}")
    wanted = EXACT_BYTES.get(entry.kind, PDQ_BYTES)
    if entry.kind == "vpdq":
        if not entry.value or len(entry.value) % PDQ_BYTES:
            raise ValueError(f"a vpdq value is one or more times {PDQ_BYTES} bytes")
    elif len(entry.value) != wanted:
        raise ValueError(f"a {entry.kind} value has {wanted} bytes, not {len(entry.value)}")
    if entry.quality is not None and not 0 <= entry.quality <= 100:
        raise ValueError("quality must be 0 to 100")


def row_of(entry: ListEntry, *, group: int, label: int, place: int) -> bytes:
    """One row of type ROW as bytes. Raises ValueError for a date without a time zone."""
    return _ROW.pack(
        microseconds_of(entry.valid_from),
        microseconds_of(entry.valid_to),
        group,
        label,
        place,
        KIND_CODES[entry.kind],
        NO_QUALITY if entry.quality is None else entry.quality,
        entry.disputed,
        0,
    )


class ColumnBuilder:
    """Collects entries; ``finish`` gives them as ``Columns``. About 2 microseconds an entry."""

    def __init__(self) -> None:
        self._rows = bytearray()
        self._groups: dict[str, int] = {}
        self._labels: dict[tuple[str, ...], int] = {}
        self._values = {kind: bytearray() for kind in (*EXACT_BYTES, "pdq", "vpdq")}
        self._counts = dict.fromkeys(KIND_CODES, 0)
        self._film_ends = [0]

    def add(self, entry: ListEntry) -> None:
        """Takes one entry. Raises ValueError when it cannot be stored; nothing is taken then."""
        check_entry(entry)
        label = (
            entry.source,
            entry.law,
            entry.legal_class,
            entry.scheme,
            entry.category,
            entry.note,
            entry.derived,
        )
        self._rows += row_of(
            entry,
            group=self._groups.setdefault(entry.entry, len(self._groups)),
            label=self._labels.setdefault(label, len(self._labels)),
            place=self._counts[entry.kind],
        )
        self._values[entry.kind] += entry.value
        self._counts[entry.kind] += 1
        if entry.kind == "vpdq":
            self._film_ends.append(len(self._values["vpdq"]) // PDQ_BYTES)

    def _label_columns(self) -> tuple[NDArray[np.uint32], Texts]:
        numbers: dict[str, int] = {}
        table = [[numbers.setdefault(text, len(numbers)) for text in label] for label in self._labels]
        labels = np.array(table, "<u4").reshape(-1, len(LABEL_FIELDS))
        return labels, pack_texts(numbers)

    def finish(self) -> Columns:
        """All entries taken so far. Raises ValueError for text that has no UTF-8 form."""
        labels, strings = self._label_columns()
        return Columns(
            rows=np.frombuffer(bytes(self._rows), ROW),
            ids=pack_texts(self._groups),
            keys=text_keys(self._groups, len(self._groups)),
            labels=labels,
            strings=strings,
            values={
                kind: np.frombuffer(bytes(self._values[kind]), np.uint8).reshape(-1, width)
                for kind, width in EXACT_BYTES.items()
            },
            pdq=words(bytes(self._values["pdq"])),
            film_ends=np.array(self._film_ends, "<u8"),
            frames=words(bytes(self._values["vpdq"])),
        )


def columns_of(entries: Iterable[ListEntry]) -> Columns:
    """``Columns`` of entries. Raises ValueError naming the number of the entry that is wrong."""
    builder = ColumnBuilder()
    for number, entry in enumerate(entries, 1):
        try:
            builder.add(entry)
        except ValueError as error:
            raise ValueError(f"entry number {number}: {error}") from error
    return builder.finish()


def entry_of(row: Any, value: bytes, entry: str, label: list[str]) -> ListEntry:
    """The entry of one row of type ROW, its value, its id and the seven texts of its label."""
    quality = int(row["quality"])
    return ListEntry(
        entry=entry,
        kind=KIND_NAMES[int(row["kind"])],
        value=value,
        **dict(zip(LABEL_FIELDS, label, strict=True)),
        quality=None if quality == NO_QUALITY else quality,
        valid_from=moment_of(int(row["valid_from"])),
        valid_to=moment_of(int(row["valid_to"])),
        disputed=bool(row["disputed"]),
    )
