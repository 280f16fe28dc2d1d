"""What a scan has done so far, in SQLite: killed at any moment, it is taken up where it stood.

One row a finding. The lines of ``findings.jsonl`` are synced first and their length is committed with
the rows, so rows and lines never part: what the file holds beyond that length is cut off when the scan
is taken up, and those files are looked at again. Rows hold a keyed digest of the path, not the path.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from tutela.detect.matching.shapes import Status
from tutela.detect.scan.findings import FindingsSink, match_fields, parse_matches, render_finding
from tutela.detect.scan.shapes import Finding, FoundMatch, Identity
from tutela.detect.scan.twins import FILTER_BITS, SMALL_FILTER_BITS, ProbeFilter
from tutela.kernel.errors import Conflict, Invalid
from tutela.kernel.formats import check_version

#: Version of the tables (decisions.md section 12: the files of release n-1 are read).
SCHEMA_VERSION = 1
#: Bytes of a path's keyed digest: 5 million of them collide with a chance of 4e-26 (calculated).
KEY_BYTES = 16
#: Page cache of the connection in KiB; the rest of a large journal is in the system's own cache.
CACHE_KIB = 8_192
#: Rows fetched at once when the journal is read back.
ROWS_AT_ONCE = 65_536
#: Statuses as small numbers; the order is part of the schema.
STATUSES: tuple[Status, ...] = get_args(Status)

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE items (
    id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, place INTEGER NOT NULL, status INTEGER NOT NULL,
    reason TEXT NOT NULL, media_kind TEXT NOT NULL, size_bytes INTEGER NOT NULL,
    sha256 BLOB, probe BLOB, pdq BLOB, matches TEXT);
CREATE INDEX items_probe ON items (probe) WHERE probe IS NOT NULL;
CREATE TABLE links (
    device INTEGER, inode INTEGER, size_bytes INTEGER, mtime_ns INTEGER, item INTEGER NOT NULL,
    PRIMARY KEY (device, inode, size_bytes, mtime_ns)) WITHOUT ROWID;
CREATE TABLE pace (
    run INTEGER NOT NULL, seconds REAL NOT NULL, files INTEGER NOT NULL, size_bytes INTEGER NOT NULL);
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One finding on its way into the journal.

    ``pdq`` is the upright hash of a picture, for groups. A container is recorded after its members:
    where its row is missing, the members that have rows are skipped and the others looked at.
    """

    finding: Finding
    probe: bytes | None = None
    identity: Identity | None = None
    pdq: bytes | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What an earlier, equal content came to."""

    sha256: bytes
    status: Status
    reason: str
    media_kind: str
    matches: tuple[FoundMatch, ...]
    pdq: bytes | None


class DoneKeys:
    """The keys of earlier runs: 16 bytes each in sorted arrays, nothing per key on the heap."""

    def __init__(self, sorted_keys: bytes) -> None:
        pairs = np.frombuffer(sorted_keys, dtype=">u8").reshape(-1, 2)
        self._high, self._low = (np.ascontiguousarray(pairs[:, half]).astype("<u8") for half in (0, 1))

    def __len__(self) -> int:
        return len(self._high)

    def __contains__(self, key: bytes) -> bool:
        return bool(self.hold(key)[0])

    def hold(self, keys: bytes) -> NDArray[np.bool_]:
        """Which of these keys, joined, are among them: one search for all (about 0.3 microseconds each)."""
        pairs = np.frombuffer(keys, dtype=">u8").reshape(-1, 2)
        high, low = pairs[:, 0].astype("<u8"), pairs[:, 1].astype("<u8")
        found = np.zeros(len(pairs), np.bool_)
        places = np.searchsorted(self._high, high)
        # Keys that share their first half stand side by side; that this takes a second step is rare.
        while (open_ := (places < len(self._high)) & ~found).any():
            same = np.zeros_like(found)
            same[open_] = self._high[places[open_]] == high[open_]
            if not same.any():
                break
            found[same] = self._low[places[same]] == low[same]
            places = np.where(same & ~found, places + 1, len(self._high))
        return found


class Journal:
    """The journal of one scan. Threads may ask; only one thread records.

    ``path`` None keeps it in memory: nothing to take up later. Raises Conflict when another scan
    holds the file, Invalid when it is no journal of this version.
    """

    def __init__(self, path: Path | None) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Entry] = []
        self._database = _connect(path)
        if not self._database.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            self._create()
        try:
            self._check_version()
        except Invalid:
            self._database.close()
            raise
        self._salt = bytes.fromhex(self.meta("salt"))
        self._done = DoneKeys(b"".join(self._blobs("SELECT key FROM items ORDER BY key")))
        self._filter = ProbeFilter(SMALL_FILTER_BITS if path is None else FILTER_BITS)
        for probes in self._blobs("SELECT probe FROM items WHERE probe IS NOT NULL"):
            self._filter.add_all(probes)
        self.run = int(self.meta("runs")) + 1
        self.set_meta("runs", str(self.run))

    def _create(self) -> None:
        self._database.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
        salt = secrets.token_bytes(KEY_BYTES).hex()
        for name, value in {
            "schema": str(SCHEMA_VERSION),
            "salt": salt,
            "runs": "0",
            "findings_bytes": "0",
        }.items():
            self.set_meta(name, value)

    def _check_version(self) -> None:
        try:
            version = self.meta("schema")
        except (sqlite3.DatabaseError, KeyError) as error:
            raise Invalid("not the journal of a scan", field="journal") from error
        try:
            check_version("the journal", version, reads=SCHEMA_VERSION)
        except ValueError as error:
            raise Invalid(str(error), field="journal") from error

    def _blobs(self, question: str) -> Iterator[bytes]:
        """The only column of a question, joined in blocks."""
        rows = self._database.execute(question)
        while block := rows.fetchmany(ROWS_AT_ONCE):
            yield b"".join(blob for (blob,) in block)

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    @property
    def resumed_count(self) -> int:
        """Findings of earlier runs."""
        return len(self._done)

    @property
    def findings_bytes(self) -> int:
        """Length of ``findings.jsonl`` that the committed rows stand for."""
        return int(self.meta("findings_bytes"))

    def key(self, path: str, member: str | None) -> bytes:
        """The 16-byte digest of a place, keyed per journal so that nobody can choose names that collide."""
        digest = hashlib.blake2b(
            path.encode("utf-8", "surrogateescape"), key=self._salt, digest_size=KEY_BYTES
        )
        if member is not None:
            digest.update(b"\0" + member.encode("utf-8", "surrogateescape"))
        return digest.digest()

    def is_done(self, path: str, member: str | None = None) -> bool:
        """True when an earlier run finished this place, with all members if it is a container."""
        return len(self._done) > 0 and self.key(path, member) in self._done

    def not_done(self, paths: Sequence[str]) -> list[bool]:
        """For each of several files, whether it is still to be looked at."""
        if not len(self._done):
            return [True] * len(paths)
        done: list[bool] = self._done.hold(b"".join(self.key(path, None) for path in paths)).tolist()
        return [not one for one in done]

    def meta(self, name: str) -> str:
        """A value of the journal's own. Raises KeyError."""
        with self._lock:
            row = self._database.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise KeyError(name)
        return str(row[0])

    def set_meta(self, name: str, value: str) -> None:
        """Keeps a value, at once."""
        with self._lock, self._database:
            self._database.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, value))

    def check_recipe(self, recipe: Mapping[str, Any]) -> None:
        """Keeps what decides the findings (lists, modes), or compares it with what an earlier run kept.

        Raises Conflict when they differ: findings of two recipes must not stand in one file.
        """
        rendered = json.dumps(recipe, sort_keys=True)
        try:
            kept = self.meta("recipe")
        except KeyError:
            self.set_meta("recipe", rendered)
            return
        if kept != rendered:
            then, now = json.loads(kept), json.loads(rendered)
            changed = sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name))
            raise Conflict(
                f"the scan was begun with other settings ({', '.join(changed)}); use another --output"
            )

    def verdict_of_link(self, identity: Identity) -> Verdict | None:
        """What another hard link of the same file came to."""
        with self._lock:
            row = self._database.execute(
                "SELECT i.sha256, status, reason, media_kind, matches, pdq "
                "FROM links l JOIN items i ON i.id = l.item "
                "WHERE l.device = ? AND l.inode = ? AND l.size_bytes = ? AND l.mtime_ns = ?",
                _link_row(identity),
            ).fetchone()
        return None if row is None else _verdict(row)

    def may_be_twin(self, probe: bytes) -> bool:
        """False when no file with this probe was ever recorded."""
        return self._filter.may_hold(probe)

    def verdict_of_twin(self, probe: bytes, sha256: bytes) -> Verdict | None:
        """What an earlier file with the same probe and the same SHA-256 came to."""
        with self._lock:
            row = self._database.execute(
                "SELECT sha256, status, reason, media_kind, matches, pdq FROM items "
                "WHERE probe = ? AND sha256 = ? ORDER BY id LIMIT 1",
                (probe, sha256),
            ).fetchone()
        return None if row is None else _verdict(row)

    def record(self, entry: Entry) -> None:
        """Takes a finding; it is durable after ``commit``."""
        self._waiting.append(entry)

    @property
    def waiting_count(self) -> int:
        """Findings not yet committed."""
        return len(self._waiting)

    def commit(self, sink: FindingsSink, *, pace: tuple[float, int, int] | None = None) -> list[Finding]:
        """Writes the waiting lines to ``sink``, then commits their rows; returns what was new.

        A place recorded before (listed twice, or looked at again after a crash) is left out.
        ``pace`` is (seconds since the run began, files, bytes) for the report.
        """
        waiting, self._waiting = self._waiting, []
        with self._lock, self._database:
            self._database.execute("BEGIN IMMEDIATE")
            fresh, lines = self._insert(waiting, sink.length_bytes)
            if pace is not None:
                self._database.execute(
                    "INSERT INTO pace (run, seconds, files, size_bytes) VALUES (?, ?, ?, ?)",
                    (self.run, *pace),
                )
            if lines:
                sink.write(b"".join(lines))
            self._database.execute(
                "UPDATE meta SET value = ? WHERE name = 'findings_bytes'", (str(sink.length_bytes),)
            )
        return fresh

    def _insert(self, entries: Sequence[Entry], place: int) -> tuple[list[Finding], list[bytes]]:
        fresh: list[Finding] = []
        lines: list[bytes] = []
        for entry in entries:
            line = render_finding(entry.finding).encode("ascii") + b"\n"
            row = self._insert_row(entry, place)
            if row is None:
                continue
            place += len(line)
            lines.append(line)
            fresh.append(entry.finding)
            if entry.probe is not None:
                self._filter.add(entry.probe)
        return fresh, lines

    def _insert_row(self, entry: Entry, place: int) -> int | None:
        finding = entry.finding
        key = self.key(finding.path, finding.member)
        inserted = self._database.execute(
            "INSERT OR IGNORE INTO items"
            " (key, place, status, reason, media_kind, size_bytes, sha256, probe, pdq, matches)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                key,
                place,
                STATUSES.index(finding.status),
                finding.reason,
                finding.media_kind,
                finding.size_bytes,
                bytes.fromhex(finding.sha256) if finding.sha256 else None,
                entry.probe,
                entry.pdq,
                json.dumps([match_fields(m) for m in finding.matches]) if finding.matches else None,
            ),
        )
        if not inserted.rowcount:
            return None
        if entry.identity is not None:
            self._database.execute(
                "INSERT OR IGNORE INTO links (device, inode, size_bytes, mtime_ns, item)"
                " VALUES (?, ?, ?, ?, ?)",
                (*_link_row(entry.identity), inserted.lastrowid),
            )
        return inserted.lastrowid

    def ask(self, question: str, values: Sequence[Any] = ()) -> list[Any]:
        """All rows of a question to the tables, for ``totals``."""
        with self._lock:
            return self._database.execute(question, values).fetchall()

    def close(self) -> None:
        """Closes the database."""
        with self._lock:
            self._database.close()


def _connect(path: Path | None) -> sqlite3.Connection:
    """WAL, synchronous FULL, secure delete, exclusive (style.md section 10); read back where it matters."""
    database = sqlite3.connect(path or ":memory:", timeout=0.2, isolation_level=None, check_same_thread=False)
    try:
        for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            database.execute(f"PRAGMA {pragma}")
        database.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        database.execute("BEGIN IMMEDIATE")
        database.execute("COMMIT")
    except sqlite3.OperationalError as error:
        database.close()
        raise Conflict("another scan is using this output folder") from error
    except sqlite3.DatabaseError as error:
        database.close()
        raise Invalid("not the journal of a scan", field="journal") from error
    if path is not None:
        path.chmod(0o600)
    return database


def _link_row(identity: Identity) -> tuple[int, int, int, int]:
    # st_ino and st_dev are unsigned 64 bits in some file systems; SQLite's integers are signed.
    signed = [
        number - (1 << 64) if number >= 1 << 63 else number for number in (identity.device, identity.inode)
    ]
    return (signed[0], signed[1], identity.size_bytes, identity.mtime_ns)


def _verdict(row: tuple[Any, ...]) -> Verdict | None:
    sha256, status, reason, media_kind, matches, pdq = row
    if sha256 is None or STATUSES[status] in ("unreadable", "refused"):
        return None  # may have been a passing fault: looked at again
    return Verdict(
        sha256=sha256,
        status=STATUSES[status],
        reason=reason,
        media_kind=media_kind,
        matches=parse_matches(matches) if matches else (),
        pdq=pdq,
    )
