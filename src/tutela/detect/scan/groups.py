"""Near-duplicates among all pictures of a scan: series of one burst, sizes of one picture, copies."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutela.arithmetic import words
from tutela.detect.matching.near import NEAR_BITS, group_near
from tutela.detect.scan.findings import FindingsFile
from tutela.detect.scan.journal import Journal
from tutela.detect.scan.shapes import Finding
from tutela.detect.scan.totals import picture_hashes


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SeriesOfPictures:
    """Groups of two and more pictures within ``distance_bits`` of each other, link by link.

    ``places`` are offsets in ``findings.jsonl`` in rising order, ``numbers`` their groups counted from 1.
    ``pictures`` were compared in all; around ``capped`` of them not every neighbour was looked at.
    """

    places: NDArray[np.int64]
    numbers: NDArray[np.int64]
    pictures: int
    capped: int
    distance_bits: int = NEAR_BITS

    @property
    def count(self) -> int:
        """Number of groups."""
        return int(self.numbers.max(initial=0))

    def sizes(self) -> Counter[int]:
        """How many groups there are of each size."""
        _, sizes = np.unique(self.numbers, return_counts=True)
        return Counter(sizes.tolist())

    def number_at(self, place: int) -> int | None:
        """The group of the finding at this offset, None when it stands alone."""
        index = int(np.searchsorted(self.places, place))
        found = index < len(self.places) and int(self.places[index]) == place
        return int(self.numbers[index]) if found else None


def find_series(journal: Journal) -> SeriesOfPictures:
    """The groups among all pictures of the journal, numbered in the order of their first picture."""
    places, values = picture_hashes(journal)
    groups = group_near(words(values))
    order = np.argsort(places, kind="stable")
    places, labels = places[order], groups.labels[order]
    sizes = np.bincount(labels) if len(labels) else np.empty(0, np.int64)
    together = sizes[labels] > 1 if len(labels) else np.empty(0, bool)
    return SeriesOfPictures(
        places=places[together],
        numbers=_renumbered(labels[together]),
        pictures=len(places),
        capped=groups.capped,
    )


def _renumbered(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same groups counted from 1 in the order of their first picture."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(1, len(first) + 1)
    numbers: NDArray[np.int64] = rank[inverse]
    return numbers


def group_lines(series: SeriesOfPictures, findings: FindingsFile) -> Iterator[str]:
    """``groups.jsonl``: one group a line with path, member, SHA-256 and status of each picture."""
    from tutela.detect.scan.findings import parse_finding

    order = np.argsort(series.numbers, kind="stable")
    ends = np.flatnonzero(np.diff(series.numbers[order], append=-1)) + 1
    start = 0
    for number, end in enumerate(ends.tolist(), 1):
        places = series.places[order[start:end]].tolist()
        members = [_member(parse_finding(findings.line_at(place))) for place in places]
        yield json.dumps({"group": number, "size": len(members), "pictures": members})
        start = end


def _member(finding: Finding) -> dict[str, str | None]:
    return {
        "path": finding.path,
        "member": finding.member,
        "sha256": finding.sha256,
        "status": finding.status,
    }
