"""What is different between two lists: values added and removed, statements that changed. Never values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutela.detect.matching.columns import KIND_CODES, LABEL_FIELDS, Columns
from tutela.detect.matching.raw_values import raw_values
from tutela.detect.matching.readers.values import KEYED_KINDS
from tutela.detect.matching.shapes import ListHeader

#: What an entry says besides its value; a note is for people and no statement.
_SAYING = [place for place, name in enumerate(LABEL_FIELDS) if name != "note"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """Counts of values by kind, and the ids of the entries concerned (``removed``: of the older list).

    ``incomparable`` counts keyed values (URLs, keywords) of two lists with different salts.
    """

    added: dict[str, int]
    removed: dict[str, int]
    changed: dict[str, int]
    incomparable: dict[str, int]
    added_entries: tuple[str, ...]
    removed_entries: tuple[str, ...]
    changed_entries: tuple[str, ...]

    @property
    def same(self) -> bool:
        """True when no difference was found among what could be compared."""
        return not (self.added or self.removed or self.changed)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Kind:
    """One kind in both lists: numbers of values and of statements, row by row, and the rows themselves."""

    values: tuple[NDArray[np.int64], NDArray[np.int64]]
    statements: tuple[NDArray[np.int64], NDArray[np.int64]]
    rows: tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(slots=True)
class _Found:
    counts: dict[str, int]
    entries: dict[str, None]

    def add(self, kind: str, columns: Columns, values: NDArray[np.int64], rows: NDArray[np.int64]) -> None:
        if len(values):
            self.counts[kind] = len(values)
            groups = columns.rows["group"][rows]
            self.entries.update(dict.fromkeys(columns.ids[int(group)] for group in groups))


def compare(older: tuple[ListHeader, Columns], newer: tuple[ListHeader, Columns]) -> Difference:
    """The difference from ``older`` to ``newer``, each a header and all its columns."""
    added, removed, changed = (_Found({}, {}) for _ in range(3))
    incomparable: dict[str, int] = {}
    sides = older[1], newer[1]
    said = _statements(*sides)
    for kind in KIND_CODES:
        if kind in KEYED_KINDS and older[0].salt != newer[0].salt:
            number = sum(int((side.rows["kind"] == KIND_CODES[kind]).sum()) for side in sides)
            incomparable |= {kind: number} if number else {}
            continue
        both = _of_kind(kind, sides, said)
        before, after = (np.unique(values) for values in both.values)
        for found, place, values in (
            (added, 1, np.setdiff1d(after, before)),
            (removed, 0, np.setdiff1d(before, after)),
            (changed, 1, _changed(both)),
        ):
            found.add(kind, sides[place], values, both.rows[place][np.isin(both.values[place], values)])
    return Difference(
        added=added.counts,
        removed=removed.counts,
        changed=changed.counts,
        incomparable=incomparable,
        added_entries=tuple(added.entries),
        removed_entries=tuple(removed.entries),
        changed_entries=tuple(changed.entries),
    )


def _statements(older: Columns, newer: Columns) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The number of what each row says (label, validity, dispute), the same number in both lists."""
    numbers: dict[tuple[str, ...], int] = {}
    rows = []
    for columns in (older, newer):
        labels = [tuple(columns.strings[int(label[place])] for place in _SAYING) for label in columns.labels]
        of_label = np.array([numbers.setdefault(label, len(numbers)) for label in labels], np.int64)
        table = columns.rows
        rows.append(
            np.stack(
                [of_label[table["label"]], table["valid_from"], table["valid_to"], table["disputed"]], axis=1
            )
        )
    split = len(older.rows)
    both = np.unique(np.concatenate(rows), axis=0, return_inverse=True)[1].reshape(-1)
    return both[:split], both[split:]


def _of_kind(
    kind: str, sides: tuple[Columns, Columns], said: tuple[NDArray[np.int64], NDArray[np.int64]]
) -> _Kind:
    older, newer = (np.flatnonzero(side.rows["kind"] == KIND_CODES[kind]) for side in sides)
    texts = [raw_values(side, kind, rows) for side, rows in zip(sides, (older, newer), strict=True)]
    numbers = np.unique(np.concatenate(texts), return_inverse=True)[1].reshape(-1).astype(np.int64)
    return _Kind(
        values=(numbers[: len(older)], numbers[len(older) :]),
        statements=(said[0][older], said[1][newer]),
        rows=(older, newer),
    )


def _changed(both: _Kind) -> NDArray[np.int64]:
    """Numbers of values in both lists about which the lists do not say the same."""
    width = 1 + max((int(part.max()) for part in both.statements if len(part)), default=0)
    before, after = (values * width + said for values, said in zip(both.values, both.statements, strict=True))
    common = np.intersect1d(both.values[0], both.values[1])
    changed: NDArray[np.int64] = np.intersect1d(np.setxor1d(before, after) // width, common)
    return changed
