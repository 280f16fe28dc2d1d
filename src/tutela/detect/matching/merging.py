"""Many columns into one: what a background merge does, without a loop over the entries."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tutela.detect.matching.columns import EXACT_BYTES, KIND_CODES, Columns, columns_of
from tutela.detect.matching.texts import Texts, join_texts, pack_texts

#: Each segment is at least this many times as large as the next smaller one (performance.md section
#: 4.7), so a list of ten million entries has at most four and an entry is rewritten a few times.
GROWTH = 10


def segments_to_absorb(sizes: Sequence[int], added: int) -> list[int]:
    """Places in ``sizes`` (rows of the segments) to be merged with ``added`` new rows.

    From the smallest on, every segment less than ``GROWTH`` times as large as what is merged so far.
    With nothing added: the segments that are too alike in size, if any.
    """
    chosen: list[int] = []
    merged = added
    for place in sorted(range(len(sizes)), key=lambda one: sizes[one]):
        if merged and sizes[place] >= GROWTH * merged:
            break
        chosen.append(place)
        merged += sizes[place]
    return sorted(chosen) if added or len(chosen) > 1 else []


def _counts(columns: Columns) -> dict[str, int]:
    counts = {kind: len(columns.values[kind]) for kind in EXACT_BYTES}
    return counts | {"pdq": len(columns.pdq), "vpdq": len(columns.film_ends) - 1}


def _shift_rows(
    columns: Columns, keep: NDArray[np.bool_], groups: int, labels: int, places: dict[str, int]
) -> NDArray[np.void]:
    rows = columns.rows[keep]
    rows["group"] += np.uint32(groups)
    rows["label"] += np.uint32(labels)
    shifts = np.zeros(max(KIND_CODES.values()) + 1, "<u4")
    for kind, shift in places.items():
        shifts[KIND_CODES[kind]] = shift
    rows["place"] += shifts[rows["kind"]]
    return rows


def _join_rows(parts: Sequence[tuple[Columns, NDArray[np.bool_]]]) -> NDArray[np.void]:
    groups = labels = 0
    places = dict.fromkeys(KIND_CODES, 0)
    joined = []
    for columns, keep in parts:
        joined.append(_shift_rows(columns, keep, groups, labels, places))
        groups += len(columns.ids)
        labels += len(columns.labels)
        for kind, count in _counts(columns).items():
            places[kind] += count
    return np.concatenate(joined)


def _join_films(parts: Sequence[Columns]) -> NDArray[np.uint64]:
    shift, ends = 0, [np.zeros(1, "<u8")]
    for columns in parts:
        ends.append(columns.film_ends[1:] + np.uint64(shift))
        shift += len(columns.frames)
    return np.concatenate(ends)


def _join_labels(parts: Sequence[Columns], used: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], Texts]:
    """The used labels, and their texts each once."""
    shift, tables = 0, []
    for columns in parts:
        tables.append(columns.labels + np.uint32(shift))
        shift += len(columns.strings)
    table = np.concatenate(tables)[used]
    strings, numbers = np.unique(table, return_inverse=True)
    joined = join_texts(columns.strings for columns in parts)
    distinct: dict[str, int] = {}
    known = np.array([distinct.setdefault(joined[int(one)], len(distinct)) for one in strings], "<u4")
    labels = known[numbers].reshape(table.shape) if len(known) else table
    return labels.astype("<u4"), pack_texts(distinct)


def join_columns(parts: Sequence[tuple[Columns, NDArray[np.bool_]]]) -> Columns:
    """One ``Columns`` of the rows of each part whose mask is True, in order."""
    if not parts:
        return columns_of(())
    everything = [columns for columns, _ in parts]
    rows = _join_rows(parts)
    groups, rows["group"] = np.unique(rows["group"], return_inverse=True)
    used, rows["label"] = np.unique(rows["label"], return_inverse=True)
    labels, strings = _join_labels(everything, used)
    chosen = groups.astype(np.int64)
    return Columns(
        rows=rows,
        ids=join_texts(columns.ids for columns in everything).take(chosen),
        keys=np.concatenate([columns.keys for columns in everything])[chosen],
        labels=labels,
        strings=strings,
        values={
            kind: np.concatenate([columns.values[kind] for columns in everything]) for kind in EXACT_BYTES
        },
        pdq=np.concatenate([columns.pdq for columns in everything]),
        film_ends=_join_films(everything),
        frames=np.concatenate([columns.frames for columns in everything]),
    )
