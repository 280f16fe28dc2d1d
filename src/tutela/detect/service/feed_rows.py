"""What a recipient of the list feed is to have now: the values of its lists, and its canaries, as rows.

A row is one value (kind and bytes) with the lists that hold it; a value in several lists is one row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutela.arithmetic import values_of
from tutela.detect.matching.columns import KIND_CODES, LABEL_FIELDS, NO_MOMENT, Columns, microseconds_of
from tutela.detect.matching.shapes import ListHeader
from tutela.detect.matching.texts import text_key
from tutela.detect.service.canary import Canaries
from tutela.kernel.errors import Refused
from tutela.kernel.taxonomy import legal_classes

#: Kinds that the wire form has a name for (standards/05 section 5.2), by their code in a list file.
FEED_KINDS = {"pdq": KIND_CODES["pdq"], "md5": KIND_CODES["md5"]}
#: Lists of one recipient, over time: the bits of a word.
LISTS_MAX = 64
#: Bytes of a key: code of the kind, and the value filled up with zeros.
KEY_BYTES = 33
#: ``order`` is drawn by the recipient's key (``feed_book``); ``changed`` in seconds since 1970 (UTC);
#: ``lists`` and ``disputed`` have a bit for each list, ``classes`` one for each legal class.
ROW = np.dtype(
    [
        ("order", "<u8"),
        ("key", f"S{KEY_BYTES}"),
        ("classes", "u1"),
        ("lists", "<u8"),
        ("disputed", "<u8"),
        ("changed", "<i8"),
    ]
)
_DERIVED, _CLASS = LABEL_FIELDS.index("derived"), LABEL_FIELDS.index("legal_class")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Source:
    """One list that goes into the feed: its header, its standing rows, ids that are switched off."""

    name: str
    header: ListHeader
    columns: Columns
    disabled: Collection[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Current:
    """Rows sorted by key, each key once, and when they change by themselves: the next begin or end of an
    entry's validity in microseconds since 1970, or None."""

    rows: NDArray[np.void]
    boundary: int | None


def class_names() -> tuple[str, ...]:
    """The legal classes in the order of their bits."""
    return tuple(known.name for known in legal_classes())


def class_bits(name: str) -> int:
    """The bit of a legal class; 0 for "not said"."""
    return 1 << class_names().index(name) if name else 0


def current_rows(
    sources: Sequence[Source], *, names: Sequence[str], canaries: Canaries, recipient: str, now: datetime
) -> Current:
    """What the recipient is to have of ``sources`` at ``now``; ``names`` gives each list its bit.

    Left out: kinds without a name on the wire, derived crops (the wire cannot say what they are), entries
    that are not in force or switched off, lists that have expired (nobody asks them here either), and lists
    of known good files. Raises Refused for more than 64 lists.
    """
    if len(names) > LISTS_MAX:
        raise Refused(f"a recipient of the list feed has at most {LISTS_MAX} lists")
    blocks: list[NDArray[np.void]] = []
    boundaries: list[int] = []
    for source in sources:
        expires = source.header.valid_to
        if source.header.known_good or (expires is not None and expires <= now):
            continue
        if expires is not None:
            boundaries.append(microseconds_of(expires))
        block = _rows_of(source, names.index(source.name), now)
        blocks += [block, _canary_rows(block, source.name, names, canaries, recipient)]
        boundaries += _boundaries(source.columns.rows, microseconds_of(now))
    rows = np.concatenate(blocks) if blocks else np.zeros(0, ROW)
    return Current(rows=_united(rows), boundary=min(boundaries, default=None))


def _rows_of(source: Source, bit: int, now: datetime) -> NDArray[np.void]:
    columns = source.columns
    chosen = columns.rows[_wanted(source, microseconds_of(now))]
    rows = np.zeros(len(chosen), ROW)
    rows["key"] = _keys(columns, chosen)
    rows["classes"] = _classes(source)[chosen["label"]] if len(chosen) else 0
    rows["lists"] = np.uint64(1 << bit)
    rows["disputed"] = np.where(chosen["disputed"] != 0, np.uint64(1 << bit), np.uint64(0))
    return rows


def _wanted(source: Source, moment: int) -> NDArray[np.bool_]:
    rows, columns = source.columns.rows, source.columns
    begun = (rows["valid_from"] == NO_MOMENT) | (rows["valid_from"] <= moment)
    standing = (rows["valid_to"] == NO_MOMENT) | (moment < rows["valid_to"])
    wanted: NDArray[np.bool_] = np.isin(rows["kind"], list(FEED_KINDS.values())) & begun & standing
    if len(columns.labels):
        wanted &= _is_empty(columns, _DERIVED)[rows["label"]]
    if source.disabled:
        wanted &= ~np.isin(rows["group"], _groups(columns, source.disabled))
    return wanted


def _groups(columns: Columns, ids: Collection[str]) -> list[int]:
    """The numbers under which these ids stand in the columns."""
    keys = np.fromiter(map(text_key, ids), "<u8", len(ids))
    places = np.flatnonzero(np.isin(columns.keys, keys)).tolist()
    return [place for place in places if columns.ids[place] in ids]


def _is_empty(columns: Columns, field: int) -> NDArray[np.bool_]:
    texts = columns.labels[:, field]
    return np.array([not columns.strings[int(number)] for number in texts], np.bool_)


def _classes(source: Source) -> NDArray[np.uint8]:
    """The bit of the legal class of each label; the list's own class where the entry says none."""
    columns = source.columns
    said = [columns.strings[int(number)] for number in columns.labels[:, _CLASS]]
    return np.array([class_bits(name or source.header.legal_class) for name in said], np.uint8)


def _keys(columns: Columns, chosen: NDArray[np.void]) -> NDArray[Any]:
    raw = np.zeros((len(chosen), KEY_BYTES), np.uint8)
    raw[:, 0] = chosen["kind"]
    for kind, values in (("pdq", values_of(columns.pdq)), ("md5", columns.values["md5"])):
        of_kind = chosen["kind"] == FEED_KINDS[kind]
        raw[of_kind, 1 : 1 + values.shape[1]] = values[chosen["place"][of_kind]]
    return raw.reshape(-1).view(f"S{KEY_BYTES}")


def key_of(kind: str, value: bytes) -> bytes:
    """The 33 bytes under which a value stands in a row."""
    return bytes([FEED_KINDS[kind]]) + value.ljust(KEY_BYTES - 1, b"\0")


def _canary_rows(
    block: NDArray[np.void], name: str, names: Sequence[str], canaries: Canaries, recipient: str
) -> NDArray[np.void]:
    """Canaries of the kinds that the list has, in the legal class that most of its entries are of."""
    first = block["key"].astype("S1")
    kinds = [kind for kind, code in FEED_KINDS.items() if (first == bytes([code])).any()]
    keys = [key_of(kind, value) for kind in kinds for value in canaries.values(recipient, name, kind)]
    rows = np.zeros(len(keys), ROW)
    rows["key"] = keys
    rows["classes"] = np.bincount(block["classes"]).argmax() if len(block) else 0
    rows["lists"] = np.uint64(1 << names.index(name))
    return rows


def _united(rows: NDArray[np.void]) -> NDArray[np.void]:
    """Rows of the same key as one, sorted by key."""
    if not len(rows):
        return rows
    ordered = rows[np.argsort(rows["key"], kind="stable")]
    starts = np.flatnonzero(np.r_[True, ordered["key"][1:] != ordered["key"][:-1]])
    united = ordered[starts]
    for field in ("classes", "lists", "disputed"):
        united[field] = np.bitwise_or.reduceat(ordered[field], starts)
    return united


def _boundaries(rows: NDArray[np.void], moment: int) -> Iterable[int]:
    """The first begin and the first end of validity after ``moment``, where there are any."""
    for field in ("valid_from", "valid_to"):
        later = rows[field][rows[field] > moment]
        if len(later):
            yield int(later.min())
