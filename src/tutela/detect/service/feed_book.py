"""What one recipient of the list feed was told, in a file of its own: current values and withdrawn ones.

Every fetch begins by comparing the recipient's lists with the book. What is new or different gets the
present second as its time of change, what is gone becomes a withdrawal; so a recipient that comes back
with the time of its last fetch gets exactly what changed since, however the lists came to change.

Rows stand in the recipient's own order, drawn by a keyed hash of the value: canaries stand anywhere among
the others, a cursor stays right while the book changes, and any process can give any page.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from tutela.detect.matching.sections import replace_file
from tutela.detect.service.feed_rows import ROW, Current
from tutela.detect.service.locks import open_lock
from tutela.kernel.errors import Unavailable
from tutela.kernel.formats import NewerFormatError, check_version

#: What the head of a book says that it is, before its version.
_FEED = "TUTELA-FEED "
#: Version of a book (decisions.md section 12: the files of release n-1 are read).
FEED_VERSION = 1
#: Bytes before the rows: JSON, filled up with blanks. 64 names of lists of 100 characters fit, and versions.
HEAD_BYTES = 32 << 10
#: Withdrawals are told for so long; ThreatExchange keeps its own for 90 days (standards/04 section 4.1).
WITHDRAWN_KEPT_SECONDS = 90 * 86_400
#: A recipient's first time of last fetch (threatexchange's client, standards/05 section 5.1): it has
#: nothing yet, so withdrawals need not be told.
FIRST_START = 10


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Book:
    """The file, read. ``rows`` (type ``feed_rows.ROW``) are sorted by ``order``.

    ``versions`` are those of the lists that the rows come from; ``synced`` is when they were compared
    (seconds since 1970), ``boundary`` when they change by themselves (microseconds since 1970).
    """

    recipient: str
    names: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    synced: int = 0
    boundary: int | None = None
    rows: NDArray[np.void] = field(default_factory=lambda: np.zeros(0, ROW))

    def is_current(self, versions: Mapping[str, str], now_microseconds: int) -> bool:
        """True when the lists are still in the state that the rows come from."""
        due = self.boundary is not None and self.boundary <= now_microseconds
        return self.synced > 0 and dict(self.versions) == dict(versions) and not due

    def page(self, *, start: int, cursor: int, size: int) -> tuple[NDArray[np.void], int | None]:
        """Up to ``size`` rows (a few more where the order ties) that changed at ``start`` or later, from
        behind ``cursor`` on; and the cursor of the next page, None when this is the last one.

        ``cursor`` is -1 at the beginning. Rows are copies.
        """
        behind = 0 if cursor < 0 else int(np.searchsorted(self.rows["order"], np.uint64(cursor), "right"))
        rest = self.rows[behind:]
        wanted = rest["changed"] >= start
        if start <= FIRST_START:
            wanted &= rest["lists"] != 0
        places = np.flatnonzero(wanted)
        if len(places) <= size:
            return rest[places], None
        orders = rest["order"][places]
        cut = int(np.searchsorted(orders, orders[size - 1], "right"))
        return rest[places[:cut]], (int(orders[cut - 1]) if cut < len(places) else None)


def brought_up(
    book: Book, current: Current, versions: Mapping[str, str], *, now_seconds: int, order_key: bytes
) -> Book:
    """The book after its lists came to be ``current``.

    Its time is later than that of the state before, whatever the clock does: a recipient that comes back
    with the second after ``synced`` misses nothing and gets nothing twice.
    """
    now = max(now_seconds, book.synced + 1)
    old = book.rows[np.argsort(book.rows["key"])]
    new = current.rows.copy()
    new["changed"] = now
    places = np.searchsorted(old["key"], new["key"])
    met = np.zeros(len(new), np.bool_)
    inside = places < len(old)
    met[inside] = old["key"][places[inside]] == new["key"][inside]
    before = old[places[met]]
    new["order"][met] = before["order"]
    new["order"][~met] = _orders(new["key"][~met].tolist(), order_key)
    same = np.logical_and.reduce(
        [new[name][met] == before[name] for name in ("lists", "disputed", "classes")]
    )
    new["changed"][met] = np.where(same, before["changed"], now)
    gone = np.ones(len(old), np.bool_)
    gone[places[met]] = False
    rows = np.concatenate([new, _withdrawn(old[gone], now)])
    return replace(
        book,
        versions=dict(versions),
        synced=now,
        boundary=current.boundary,
        rows=rows[np.argsort(rows["order"], kind="stable")],
    )


def _withdrawn(rows: NDArray[np.void], now: int) -> NDArray[np.void]:
    """Rows that are in no list any more; those withdrawn long ago are forgotten."""
    rows = rows.copy()
    rows["changed"] = np.where(rows["lists"] != 0, now, rows["changed"])
    rows["lists"] = rows["disputed"] = 0
    return rows[rows["changed"] > now - WITHDRAWN_KEPT_SECONDS]


def _orders(keys: list[bytes], order_key: bytes) -> list[int]:
    """Places in the recipient's order: 64 bits of a keyed BLAKE2b each, about 1 microsecond."""
    digest = hashlib.blake2b
    return [int.from_bytes(digest(key, digest_size=8, key=order_key).digest(), "big") for key in keys]


class Bookshelf:
    """The books of all recipients, in one folder (0700). Processes may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, recipient: str) -> Path:
        return self._folder / f"{hashlib.sha256(recipient.encode()).hexdigest()[:32]}.book"

    def read(self, recipient: str) -> Book:
        """The recipient's book, an empty one when there is none. Raises Unavailable."""
        try:
            return _read(self._path(recipient), recipient)
        except FileNotFoundError:
            return Book(recipient=recipient)
        except NewerFormatError as error:
            raise Unavailable(str(error)) from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Unavailable("the book of this feed is damaged or cannot be read") from error

    def change(self, recipient: str, change: Callable[[Book], Book]) -> Book:
        """The book after ``change``, on disk when this returns; one process at a time. Raises Unavailable.

        ``change`` may return the very book it was given: then nothing is written.
        """
        with self._locked(recipient):
            book = self.read(recipient)
            changed = change(book)
            if changed is not book:
                try:
                    replace_file(self._path(recipient), lambda stream: _write(stream, changed))
                except OSError as error:
                    raise Unavailable(f"the book cannot be written: {error.strerror}") from error
            return changed

    @contextmanager
    def _locked(self, recipient: str) -> Iterator[None]:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = open_lock(self._path(recipient).with_suffix(".lock"))
        except OSError as error:
            raise Unavailable(f"the folder of the feed cannot be used: {error.strerror}") from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _write(stream: BinaryIO, book: Book) -> None:
    head: dict[str, Any] = {
        "format": f"{_FEED}{FEED_VERSION}",
        "recipient": book.recipient,
        "names": list(book.names),
        "versions": dict(book.versions),
        "synced": book.synced,
        "boundary": book.boundary,
        "rows": len(book.rows),
    }
    raw = json.dumps(head).encode()
    if len(raw) > HEAD_BYTES:
        raise OSError(0, "the names of the lists are too long")
    stream.write(raw.ljust(HEAD_BYTES))
    stream.write(np.ascontiguousarray(book.rows).view(np.uint8).data)


def check_book(path: Path) -> None:
    """Returns when this release reads books of this version. Raises ValueError, OSError."""
    with path.open("rb") as stream:
        _check_format(json.loads(stream.read(HEAD_BYTES)))


def _check_format(untrusted_head: object) -> None:
    stated = untrusted_head.get("format") if isinstance(untrusted_head, dict) else None
    if not isinstance(stated, str) or not stated.startswith(_FEED):
        raise ValueError("not the book of a feed")
    check_version("the book of this feed", stated.removeprefix(_FEED), reads=FEED_VERSION)


def _read(path: Path, recipient: str) -> Book:
    """Raises FileNotFoundError, OSError, ValueError. The rows are mapped, not read."""
    with path.open("rb") as stream:
        head = json.loads(stream.read(HEAD_BYTES))
        _check_format(head)
        if head.get("recipient") != recipient:
            raise ValueError("not the book of this recipient")
        count = int(head["rows"])
        if os.fstat(stream.fileno()).st_size != HEAD_BYTES + count * ROW.itemsize:
            raise ValueError("the book has another length than it says")
        rows = np.memmap(stream, ROW, "r", HEAD_BYTES, (count,)) if count else np.zeros(0, ROW)
    return Book(
        recipient=recipient,
        names=tuple(head["names"]),
        versions=dict(head["versions"]),
        synced=int(head["synced"]),
        boundary=head["boundary"],
        rows=rows.view(np.ndarray),
    )
