"""Retro-match: a new entry against the fingerprints of everything seen before.

One SQLite file (mode 0600) holds, per file that was looked at, the name its owner gave it, the digests
and the PDQ prints; never a picture, never a path that the caller did not choose as the name. PDQ values
allow a coarse guess at a picture (threat model section 8), so the file belongs where the evidence is, is
bounded (the oldest files are forgotten beyond ``files_max``), and ``forget`` takes a file out with its
bytes overwritten (``secure_delete``). About 700 bytes a picture, 400 a film frame with all orientations.

The answer is what a scan would have said: candidates are found block by block, and the match engine
decides on each of them with all its rules.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tutela.arithmetic import words
from tutela.detect.fingerprints.shapes import FileFingerprints, Fingerprint
from tutela.detect.matching.columns import PDQ_BYTES
from tutela.detect.matching.engine import MatchEngine
from tutela.detect.matching.memory import MemoryList
from tutela.detect.matching.parts import OpenList, Part
from tutela.detect.matching.shapes import Decision, ListEntry, ListHeader
from tutela.detect.media.shapes import MediaFacts
from tutela.kernel.clock import Clock
from tutela.kernel.errors import Invalid, Unavailable
from tutela.kernel.formats import check_version

#: Files kept by default; the largest case the detection core is made for.
FILES_MAX = 5_000_000
#: Files read and compared at once: with 300 frames in eight forms each about 300 MB, mostly far less.
_FILES_PER_BLOCK = 4_096
_DIGESTS = ("md5", "sha1", "sha256")
#: Version of the file (PRAGMA user_version); decisions.md section 12: release n-1 is read.
FORMAT_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS seen (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    film INTEGER NOT NULL,
    md5 BLOB NOT NULL,
    sha1 BLOB NOT NULL,
    sha256 BLOB NOT NULL,
    pdq BLOB NOT NULL,
    forms TEXT NOT NULL,
    others TEXT NOT NULL
) STRICT
"""
_INSERT = """
INSERT INTO seen (name, film, md5, sha1, sha256, pdq, forms, others) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_SELECT = """
SELECT number, name, film, md5, sha1, sha256, pdq, forms, others FROM seen
WHERE number > ? ORDER BY number LIMIT ?
"""
_DELETE = "DELETE FROM seen WHERE name = ?"
_DELETE_OLDEST = "DELETE FROM seen WHERE number IN (SELECT number FROM seen ORDER BY number LIMIT ?)"


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenHit:
    """A file that was seen before and that the new entries match."""

    file_id: str
    decision: Decision


class _Seen(NamedTuple):
    number: int
    name: str
    film: int
    md5: bytes
    sha1: bytes
    sha256: bytes
    pdq: bytes
    forms: str
    others: str

    def prints(self) -> FileFingerprints:
        """The fingerprints as they were remembered. Raises ValueError when the row is damaged."""
        digests = [
            Fingerprint(kind=kind, value=getattr(self, kind)) for kind in _DIGESTS if getattr(self, kind)
        ]
        forms = json.loads(self.forms)
        pdq = [
            Fingerprint(
                kind="pdq",
                value=self.pdq[place * PDQ_BYTES : (place + 1) * PDQ_BYTES],
                form=form,
                quality=quality,
                mode=mode,
            )
            for place, (form, quality, mode, *_) in enumerate(forms)
        ]
        others = [
            Fingerprint(kind=kind, value=bytes.fromhex(value), form=form)
            for kind, value, form, *_ in json.loads(self.others)
        ]
        return FileFingerprints(
            member=None,
            size_bytes=0,
            facts=MediaFacts(),
            trouble=None,
            prints=(*digests, *pdq, *others),
            film=bool(self.film),
        )


def _row(name: str, file: FileFingerprints) -> tuple[object, ...]:
    pdq = [one for one in file.prints if one.kind == "pdq" and len(one.value) == PDQ_BYTES]
    others = [one for one in file.prints if one.kind not in (*_DIGESTS, "pdq")]
    return (
        name,
        int(file.film),
        *(file.digest(kind) for kind in _DIGESTS),
        b"".join(one.value for one in pdq),
        json.dumps([(one.form, one.quality, one.mode) for one in pdq]),
        json.dumps([(one.kind, one.value.hex(), one.form) for one in others]),
    )


class SeenStore:
    """See the module. One process writes; threads may share it. A context manager."""

    def __init__(self, path: Path | str, *, files_max: int = FILES_MAX) -> None:
        """Opens or creates. Raises Invalid when it is no such store, Unavailable when it cannot be opened."""
        self._path = Path(path)
        self._files_max = files_max
        self._lock = threading.Lock()
        try:
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            self._database = sqlite3.connect(self._path, check_same_thread=False, isolation_level=None)
            self._prepare()
        except OSError as error:
            raise Unavailable(f"the store of what was seen cannot be opened: {error.strerror}") from error
        except ValueError as error:
            self._database.close()
            raise Invalid(str(error), field=str(path)) from error
        except sqlite3.DatabaseError as error:
            raise Invalid("this is no store of what was seen", field=str(path)) from error

    def _prepare(self) -> None:
        (version,) = self._database.execute("PRAGMA user_version").fetchone()
        if version:
            check_version("the store of what was seen", version, reads=FORMAT_VERSION)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.execute(_SCHEMA)
        self._database.execute(f"PRAGMA user_version={FORMAT_VERSION}")
        (self._count,) = self._database.execute("SELECT count(*) FROM seen").fetchone()

    def __enter__(self) -> SeenStore:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._database.close()

    def __len__(self) -> int:
        """Number of files remembered."""
        return int(self._count)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All changes inside, or none of them."""
        self._change("BEGIN IMMEDIATE", ())
        try:
            yield
        except BaseException:
            self._database.rollback()
            raise
        self._change("COMMIT", ())

    def _change(self, statement: str, values: tuple[object, ...]) -> int:
        try:
            return self._database.execute(statement, values).rowcount
        except sqlite3.Error as error:
            raise Unavailable("the store of what was seen cannot be written") from error

    def remember(self, file_id: str, prints: FileFingerprints) -> None:
        """Keeps the fingerprints of one file under ``file_id``; what was kept under it before is replaced.

        Survives the end of the process when it returns. Raises Unavailable when the disk refuses.
        """
        with self._lock:
            with self._transaction():
                removed = self._change(_DELETE, (file_id,))
                self._change(_INSERT, _row(file_id, prints))
                surplus = self._count - removed + 1 - self._files_max
                if surplus > 0:
                    removed += self._change(_DELETE_OLDEST, (surplus,))
            self._count += 1 - removed

    def forget(self, file_id: str) -> bool:
        """Takes a file out, its bytes overwritten; False when it was not there."""
        with self._lock:
            removed = self._change(_DELETE, (file_id,))
            self._count -= removed
        return bool(removed)

    def _blocks(self) -> Iterator[list[_Seen]]:
        last = 0
        while True:
            with self._lock:
                rows = self._database.execute(_SELECT, (last, _FILES_PER_BLOCK)).fetchall()
            if not rows:
                return
            block = [_Seen(*row) for row in rows]
            yield block
            last = block[-1].number

    def match(self, source: OpenList, *, clock: Clock | None = None) -> Iterator[SeenHit]:
        """Files seen before that ``source`` matches, oldest first, each with the engine's decision.

        Raises Refused when the list has expired, Invalid when the store is damaged.
        """
        engine = MatchEngine([source], clock=clock)
        for block in self._blocks():
            places = _candidates(source, block)
            try:
                files = [block[place].prints() for place in places]
            except (ValueError, TypeError) as error:
                raise Invalid("the store of what was seen is damaged") from error
            for place, decision in zip(places, engine.decide_many(files), strict=True):
                if decision.matches:
                    yield SeenHit(file_id=block[place].name, decision=decision)

    def match_entries(
        self, header: ListHeader, entries: Iterable[ListEntry], *, clock: Clock | None = None
    ) -> Iterator[SeenHit]:
        """As ``match``, for a few new entries of the list that ``header`` describes."""
        return self.match(MemoryList(header, entries), clock=clock)


def _candidates(source: OpenList, block: list[_Seen]) -> list[int]:
    """Places in ``block`` of files that any part of the list comes near to, ascending."""
    lengths = np.array([len(one.pdq) // PDQ_BYTES for one in block])
    ends = np.cumsum(lengths)
    queries = words(b"".join(one.pdq for one in block))
    found: set[int] = {place for place, one in enumerate(block) if one.others != "[]"}
    for part in source.parts():
        found.update(_same_digests(part, block))
        found.update(_places(_near(part, queries, source.header.thresholds.distance_bits), ends))
    return sorted(found)


def _same_digests(part: Part, block: list[_Seen]) -> Iterator[int]:
    for kind in _DIGESTS:
        known = [place for place, one in enumerate(block) if getattr(one, kind)]
        values = [getattr(block[place], kind) for place in known]
        yield from (known[hit.query] for hit in part.exact(kind, values, per_query_max=1))


def _near(part: Part, queries: NDArray[np.uint64], distance_bits: int) -> NDArray[np.uint32]:
    """Queries with at least one hash or film frame within the distance."""
    near = part.near(queries, distance_bits, batch=True, per_query_max=1).query_index
    if not part.film_count:
        return near
    frames = part.near_frames(queries, distance_bits, per_query_max=1).query_index
    return np.union1d(near, frames)


def _places(queries: NDArray[np.uint32], ends: NDArray[np.int64]) -> list[int]:
    """The file that each query belongs to."""
    places: list[int] = np.unique(np.searchsorted(ends, queries, side="right")).tolist()
    return places
