"""From columns to the arrays of a segment: rows by entry, digests sorted, PDQ with bucket tables.

The names in ``SECTION_TYPES`` and their meaning are format version 1 of the list file.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutela.arithmetic import mih_build
from tutela.detect.matching.columns import EXACT_BYTES, KIND_CODES, NO_QUALITY, ROW, Columns
from tutela.detect.matching.index import BUCKETED_FROM
from tutela.detect.matching.texts import Texts

_U1, _U4, _U8 = (np.dtype(name) for name in ("|u1", "<u4", "<u8"))
#: Type of each section; all of them stand in every file, empty ones too.
SECTION_TYPES: dict[str, np.dtype[Any]] = {
    "rows": ROW,
    "group_rows": _U4,
    "group_keys": _U8,
    "group_order": _U4,
    "ids_offsets": _U8,
    "ids_text": _U1,
    "labels": _U4,
    "strings_offsets": _U8,
    "strings_text": _U1,
    **{f"{kind}_values": _U1 for kind in EXACT_BYTES},
    **{f"{kind}_rows": _U4 for kind in EXACT_BYTES},
    "pdq_hashes": _U8,
    "pdq_rows": _U4,
    "pdq_poor": _U4,
    "pdq_offsets": _U4,
    "pdq_entries": _U4,
    "vpdq_hashes": _U8,
    "vpdq_ends": _U8,
    "vpdq_rows": _U4,
    "vpdq_offsets": _U4,
    "vpdq_entries": _U4,
}


def _rows_of(rows: NDArray[np.void], kind: str) -> NDArray[np.int64]:
    return np.flatnonzero(rows["kind"] == KIND_CODES[kind])


def sortable(values: NDArray[np.uint8]) -> NDArray[np.bytes_]:
    """(n, width) bytes as n texts of fixed width that compare like the bytes. No copy."""
    return np.ascontiguousarray(values).reshape(-1).view(f"S{values.shape[1]}")


def _arrange_digests(rows: NDArray[np.void], kind: str, values: NDArray[np.uint8]) -> dict[str, NDArray[Any]]:
    """Values in ascending order, and the row of each."""
    which = _rows_of(rows, kind)
    chosen = values[rows["place"][which]]
    order = np.argsort(sortable(chosen), kind="stable")
    rows["place"][which[order]] = np.arange(len(which))
    return {f"{kind}_values": chosen[order], f"{kind}_rows": which[order].astype("<u4")}


def _tables(name: str, hashes: NDArray[np.uint64]) -> dict[str, NDArray[Any]]:
    """Bucket tables, or empty arrays where they would not pay."""
    if len(hashes) < BUCKETED_FROM:
        offsets, entries = np.empty((0, 65_537), "<u4"), np.empty((0, 0, 4), "<u4")
    else:
        built = mih_build(hashes)
        offsets, entries = built.offsets, built.entries
    return {f"{name}_offsets": offsets, f"{name}_entries": entries}


def _arrange_pdq(
    rows: NDArray[np.void], pdq: NDArray[np.uint64], quality_min: int
) -> dict[str, NDArray[Any]]:
    """Hashes good enough to be searched first; the ``pdq_poor`` ones below the list's quality after them."""
    which = _rows_of(rows, "pdq")
    quality = rows["quality"][which]
    poor = (quality != NO_QUALITY) & (quality < quality_min)
    which = which[np.argsort(poor, kind="stable")]
    hashes = np.ascontiguousarray(pdq[rows["place"][which]])
    rows["place"][which] = np.arange(len(which))
    tables = _tables("pdq", hashes[: len(hashes) - int(poor.sum())])
    plain = {"pdq_hashes": hashes, "pdq_rows": which.astype("<u4"), "pdq_poor": np.array([poor.sum()], "<u4")}
    return plain | tables


def _arrange_films(rows: NDArray[np.void], columns: Columns) -> dict[str, NDArray[Any]]:
    """Frames film after film in the order of the rows."""
    which = _rows_of(rows, "vpdq")
    places = rows["place"][which]
    starts = columns.film_ends[places].astype(np.int64)
    lengths = columns.film_ends[places.astype(np.int64) + 1].astype(np.int64) - starts
    ends = np.zeros(len(which) + 1, "<u8")
    np.cumsum(lengths, out=ends[1:])
    picked = np.repeat(starts - ends[:-1].astype(np.int64), lengths) + np.arange(int(ends[-1]))
    hashes = np.ascontiguousarray(columns.frames[picked])
    rows["place"][which] = np.arange(len(which))
    plain = {"vpdq_hashes": hashes, "vpdq_ends": ends, "vpdq_rows": which.astype("<u4")}
    return plain | _tables("vpdq", hashes)


def _arrange_groups(rows: NDArray[np.void], ids: Texts, keys: NDArray[np.uint64]) -> dict[str, NDArray[Any]]:
    """Where the rows of each entry are, and the entry ids by key."""
    group_rows = np.zeros(len(ids) + 1, "<u4")
    np.cumsum(np.bincount(rows["group"], minlength=len(ids)), out=group_rows[1:])
    order = np.argsort(keys, kind="stable")
    return {
        "group_rows": group_rows,
        "group_keys": keys[order],
        "group_order": order.astype("<u4"),
        "ids_offsets": ids.offsets,
        "ids_text": ids.blob,
    }


def arrange(columns: Columns, *, quality_min: int) -> dict[str, NDArray[Any]]:
    """The sections of a segment that holds ``columns``; rows of one entry are neighbours."""
    rows = columns.rows[np.argsort(columns.rows["group"], kind="stable")]
    sections: dict[str, NDArray[Any]] = {
        "labels": columns.labels,
        "strings_offsets": columns.strings.offsets,
        "strings_text": columns.strings.blob,
    }
    for kind, values in columns.values.items():
        sections |= _arrange_digests(rows, kind, values)
    sections |= _arrange_pdq(rows, columns.pdq, quality_min)
    sections |= _arrange_films(rows, columns)
    return sections | _arrange_groups(rows, columns.ids, columns.keys) | {"rows": rows}
