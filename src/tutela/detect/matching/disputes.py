"""Entries that contradict each other: both are kept, both are marked, and neither confirms anything.

Two statements about one value contradict when their legal classes differ, or their categories cannot
both hold (``taxonomy.contradict``). Two different digests of one kind under one entry id contradict too:
a file has one. Equal statements about one value are duplicates; they are kept and counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tutela.detect.matching.columns import KIND_CODES, LABEL_FIELDS, Columns
from tutela.detect.matching.raw_values import raw_values
from tutela.detect.matching.shapes import ListHeader
from tutela.kernel.taxonomy import contradict

#: Kinds of which one file has exactly one value.
_ONE_PER_FILE = ("md5", "sha1", "sha256")
_CLASS, _SCHEME, _CATEGORY = (LABEL_FIELDS.index(name) for name in ("legal_class", "scheme", "category"))


@dataclass(frozen=True, slots=True)
class Statement:
    """What a label says about a value: class, scheme and category, the list's own where it is silent."""

    legal_class: str
    scheme: str
    category: str

    def contradicts(self, other: Statement) -> bool:
        """True when both cannot hold."""
        classes = self.legal_class, other.legal_class
        if all(classes) and classes[0] != classes[1]:
            return True
        return contradict((self.scheme, self.category), (other.scheme, other.category))


@dataclass(frozen=True, kw_only=True, slots=True)
class Disputes:
    """How many rows stand in dispute, and how many repeat another row's value without one."""

    disputed: int
    duplicates: int


def mark_disputes(columns: Columns, header: ListHeader) -> tuple[Columns, Disputes]:
    """The columns with contradicting rows marked, and the counts. Values already marked stay marked."""
    rows = columns.rows.copy()
    statements, numbers = _statements(columns, header)
    duplicates = 0
    for kind in KIND_CODES:
        which = np.flatnonzero(rows["kind"] == KIND_CODES[kind])
        if len(which) > 1:
            same = equal_values(columns, kind, which)
            duplicates += len(which) - len(np.unique(same))
            said = numbers[rows["label"][which]]
            rows["disputed"][which[_contradicting(same, said, statements)]] = 1
            if kind in _ONE_PER_FILE:
                rows["disputed"][which[_mixed(rows["group"][which], same)]] = 1
    return replace(columns, rows=rows), Disputes(
        disputed=int(np.count_nonzero(rows["disputed"])), duplicates=int(duplicates)
    )


def equal_values(columns: Columns, kind: str, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """A number for each of ``rows``, all of one kind; equal numbers are equal values."""
    numbers = np.unique(raw_values(columns, kind, rows), return_inverse=True)[1]
    return numbers.reshape(-1).astype(np.int64)


def _statements(columns: Columns, header: ListHeader) -> tuple[list[Statement], NDArray[np.int64]]:
    """The distinct statements, and the number of the statement of each label."""
    numbers: dict[Statement, int] = {}
    of_label = []
    for label in columns.labels:
        texts = [columns.strings[int(number)] for number in label]
        statement = Statement(
            texts[_CLASS] or header.legal_class, texts[_SCHEME] or header.scheme, texts[_CATEGORY]
        )
        of_label.append(numbers.setdefault(statement, len(numbers)))
    return list(numbers), np.array(of_label, np.int64)


def _contradicting(
    same: NDArray[np.int64], said: NDArray[np.int64], statements: list[Statement]
) -> NDArray[np.bool_]:
    """Which rows take part in a contradiction about their value."""
    marked = np.zeros(len(same), np.bool_)
    suspects = _mixed(same, said)
    by_value: dict[int, list[int]] = defaultdict(list)
    for row in np.flatnonzero(suspects):
        by_value[int(same[row])].append(int(row))
    for rows in by_value.values():
        clashing = _clashing({int(said[row]) for row in rows}, statements)
        marked[[row for row in rows if int(said[row]) in clashing]] = True
    return marked


def _clashing(numbers: Collection[int], statements: list[Statement]) -> set[int]:
    pairs = combinations(sorted(numbers), 2)
    return {
        number for pair in pairs if statements[pair[0]].contradicts(statements[pair[1]]) for number in pair
    }


def _mixed(keys: NDArray[np.int64] | NDArray[np.uint32], values: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which positions have a key that occurs with more than one value."""
    _, number = np.unique(keys, return_inverse=True)
    number = number.reshape(-1)
    lowest = np.full(int(number.max()) + 1, np.iinfo(np.int64).max)
    highest = np.full(int(number.max()) + 1, -1)
    np.minimum.at(lowest, number, values)
    np.maximum.at(highest, number, values)
    mixed: NDArray[np.bool_] = (lowest != highest)[number]
    return mixed
