"""What a journal adds up to: counts, pace, pictures for grouping. Read after a scan, for its report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutela.detect.scan.journal import STATUSES, Journal

_MET = (STATUSES.index("known"), STATUSES.index("candidate"))
_UNREAD = (STATUSES.index("unreadable"), STATUSES.index("refused"))
#: Files by list that they met; a file that met two lists counts in both.
_BY_LIST = """
SELECT json_extract(m.value, '$.list') AS name, count(DISTINCT i.id) AS n
FROM items i, json_each(i.matches) m WHERE i.matches IS NOT NULL GROUP BY name ORDER BY n DESC
"""
#: Files by the distance of their nearest match.
_NEAREST = """
SELECT nearest, count(*) FROM (
    SELECT min(json_extract(m.value, '$.distance_bits')) AS nearest
    FROM items i, json_each(i.matches) m WHERE i.matches IS NOT NULL GROUP BY i.id)
WHERE nearest IS NOT NULL GROUP BY nearest ORDER BY nearest
"""
#: Rows fetched at once while findings are written out again.
ROWS_AT_ONCE = 50_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """Counts over a whole journal, resumed runs included, largest first; sizes in bytes."""

    by_status: Mapping[str, int]
    by_kind: Mapping[str, int]
    unread_reasons: Mapping[str, int]
    by_list: Mapping[str, int]
    distances: Mapping[int, int]
    size_bytes: int

    @property
    def total(self) -> int:
        """All findings."""
        return sum(self.by_status.values())

    def count(self, *statuses: str) -> int:
        """Findings with one of these statuses."""
        return sum(self.by_status.get(status, 0) for status in statuses)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How far a run was after ``seconds``: files and bytes through in that run."""

    run: int
    seconds: float
    files: int
    size_bytes: int


def tally(journal: Journal) -> Tally:
    """The counts of everything recorded."""
    statuses = journal.ask("SELECT status, count(*) FROM items GROUP BY status")
    return Tally(
        by_status={STATUSES[status]: count for status, count in statuses},
        by_kind=_counts(journal, "media_kind", "1"),
        unread_reasons=_counts(journal, "reason", f"status IN {_UNREAD}"),
        by_list=dict(journal.ask(_BY_LIST)),
        distances=dict(journal.ask(_NEAREST)),
        size_bytes=journal.ask("SELECT coalesce(sum(size_bytes), 0) FROM items")[0][0],
    )


def _counts(journal: Journal, column: str, condition: str) -> dict[str, int]:
    # Both come from this module, never from outside.
    question = (
        f"SELECT {column}, count(*) AS n FROM items WHERE {condition} "  # noqa: S608 - constants of ours
        f"GROUP BY {column} ORDER BY n DESC, {column}"
    )
    return dict(journal.ask(question))


def paces(journal: Journal) -> list[Pace]:
    """The pace of all runs, in order."""
    rows = journal.ask("SELECT run, seconds, files, size_bytes FROM pace ORDER BY run, seconds")
    return [
        Pace(run=run, seconds=seconds, files=files, size_bytes=size) for run, seconds, files, size in rows
    ]


def met_places(journal: Journal, *, limit: int) -> list[int]:
    """Offsets in ``findings.jsonl`` of known and candidate findings, known ones first."""
    question = f"SELECT place FROM items WHERE status IN {_MET} ORDER BY status, id LIMIT ?"  # noqa: S608 - constants of ours
    return [place for (place,) in journal.ask(question, (limit,))]


def picture_hashes(journal: Journal) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Offsets in ``findings.jsonl`` (N) and upright PDQ values (N, 32) of all pictures: 40 bytes each."""
    places: list[NDArray[np.int64]] = []
    values: list[bytes] = []
    for rows in _blocks(journal, "SELECT id, place, pdq FROM items WHERE id > ? AND pdq IS NOT NULL"):
        places.append(np.array([row[1] for row in rows], np.int64))
        values.append(b"".join(row[2] for row in rows))
    found = np.concatenate(places) if places else np.empty(0, np.int64)
    return found, np.frombuffer(b"".join(values), np.uint8).reshape(-1, 32)


def media_rows(journal: Journal) -> Iterator[tuple[int, str, int]]:
    """(offset, media kind, size in bytes) of every finding in the order of ``findings.jsonl``."""
    for rows in _blocks(journal, "SELECT id, place, media_kind, size_bytes FROM items WHERE id > ?"):
        yield from (row[1:] for row in rows)


def _blocks(journal: Journal, question: str) -> Iterator[list[Any]]:
    last = 0
    while rows := journal.ask(f"{question} ORDER BY id LIMIT ?", (last, ROWS_AT_ONCE)):
        last = rows[-1][0]
        yield rows
