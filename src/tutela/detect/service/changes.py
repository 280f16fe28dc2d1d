"""Changes of lists as plain data, and the log that keeps them in one order for every replica.

A change is acknowledged when ``append`` returns: it is durable, has a number, and every follower of the
log applies it after all smaller numbers and before all larger ones. Nothing is ever taken out of the log.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol

from tutela.detect.matching.headers import checked_header, parse_header, render_header
from tutela.detect.matching.records import check_storable
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Invalid

Act = Literal["create", "add", "remove", "disable", "enable", "ratio", "retire", "release"]

#: A list's name is the name of its folder: letters (HMA's banks are in capitals), digits, ``_ . -``.
LIST_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", re.ASCII)
#: Entries or ids in one change; larger imports send several. Our own: a few hundred ms to apply.
ENTRIES_PER_CHANGE_MAX = 10_000
#: Longest entry id, in characters (``entry_ids.FOREIGN_ID_MAX`` for imports, with room).
ENTRY_ID_MAX = 500
#: Changes that one question to the log returns at most, if it does not say otherwise.
CHANGES_AT_ONCE = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What a caller wants changed in one list. Which fields count depends on ``act``:

    ``create`` takes ``header`` (its name is the list's; an empty salt is drawn when it is appended, so that
    all replicas have the same) and ``stale_after_seconds``; ``add`` takes ``entries`` (none: the source was
    looked at and had nothing new); ``remove``, ``disable`` and ``enable`` take entry ``ids``; ``disable``
    takes ``until`` (None: until enabled again); ``ratio`` takes ``ratio`` and ``seed``; ``retire`` ends the
    list; ``release`` applies what is held.
    """

    list: str
    act: Act
    #: Name of the caller's token, for the record.
    caller: str
    header: ListHeader | None = None
    entries: tuple[ListEntry, ...] = ()
    ids: tuple[str, ...] = ()
    until: datetime | None = None
    #: HMA's ``matching_enabled_ratio``, 0 to 1: the share of look-ups in HMA's shape that the list answers.
    #: It answers every other question, and with 0 none at all.
    ratio: float = 1.0
    #: What draws that share, the same on every replica (HMA's ``seed``).
    seed: str = ""
    #: The list is stale when no change came for so many seconds; 0: never.
    stale_after_seconds: int = 0
    #: Number or time (Unix seconds) of the source's version this change belongs to; 0: none is known.
    #: A smaller one than before is a roll-back, and held.
    source_version: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A draft in the log: its number (from 1, rising) and when it was made (UTC)."""

    sequence: int
    made: datetime
    draft: Draft

    @property
    def list(self) -> str:
        """Name of the list it is about."""
        return self.draft.list

    @property
    def act(self) -> Act:
        """What is to be done."""
        return self.draft.act

    @property
    def entries(self) -> tuple[ListEntry, ...]:
        """What an ``add`` adds."""
        return self.draft.entries

    @property
    def caller(self) -> str:
        """Name of the token that asked for it."""
        return self.draft.caller


class ChangeLog(Protocol):
    """One order of changes for all replicas. ``MemoryChangeLog``, ``SqliteChangeLog``, ``PostgresChangeLog``.

    Numbers become visible in their order: who has seen n never sees a smaller one appear later. All methods
    may be called from any thread and raise Unavailable when the log cannot be reached.
    """

    @property
    def identity(self) -> str:
        """A random text that is this log's own, so that a follower notices another one in its place."""

    def append(self, draft: Draft) -> int:
        """The number of the change, durable on return. Raises Invalid for a draft that cannot be right."""

    def after(self, sequence: int, limit: int = CHANGES_AT_ONCE) -> list[Change]:
        """Up to ``limit`` changes with larger numbers than ``sequence``, in their order.

        Fewer where they are large; none only when there are none.
        """

    def head(self) -> int:
        """The largest number given out; 0 when there is none."""

    def size_bytes(self) -> int:
        """Bytes that the log takes."""


class MemoryChangeLog:
    """A log that lives as long as the process, for tests and trials. A ``ChangeLog``."""

    def __init__(self, *, clock: Clock | None = None) -> None:
        self._clock = SystemClock() if clock is None else clock
        self._changes: list[Change] = []
        self._lock = threading.Lock()
        self.identity = secrets.token_hex(16)

    def append(self, draft: Draft) -> int:
        """The number of the change. Raises Invalid."""
        checked = checked_draft(draft)
        with self._lock:
            sequence = len(self._changes) + 1
            self._changes.append(Change(sequence=sequence, made=self._clock.now(), draft=checked))
        return sequence

    def after(self, sequence: int, limit: int = CHANGES_AT_ONCE) -> list[Change]:
        """Later changes, see ``ChangeLog``."""
        return self._changes[sequence : sequence + limit]

    def head(self) -> int:
        """How many there are."""
        return len(self._changes)

    def size_bytes(self) -> int:
        """Bytes of the fingerprints in it, roughly."""
        return sum(len(entry.value) for change in self._changes for entry in change.entries)


def checked_draft(draft: Draft) -> Draft:
    """The draft as it may be appended: a new list's header has its salt. Raises Invalid naming the field."""
    if not LIST_NAME.fullmatch(draft.list):
        raise Invalid(
            "a list's name is 1 to 100 letters, digits and _ . -, not beginning with . or -", field="list"
        )
    if not 0 <= draft.source_version < 1 << 63 or not 0 <= draft.stale_after_seconds < 1 << 40:
        raise Invalid("source_version and stale_after_seconds are whole numbers from 0", field="list")
    _check_entries(draft.entries)
    _check_ids(draft)
    _check_ratio(draft)
    return _with_header(draft) if draft.act == "create" else draft


def _check_entries(entries: Sequence[ListEntry]) -> None:
    if len(entries) > ENTRIES_PER_CHANGE_MAX:
        raise Invalid(f"a change has at most {ENTRIES_PER_CHANGE_MAX} entries; send several", field="entries")
    for number, entry in enumerate(entries, 1):
        try:
            check_storable(entry)
        except ValueError as error:
            raise Invalid(f"entry number {number}: {error}", field="entries") from error
        _check_id(entry.entry)


def _check_ids(draft: Draft) -> None:
    if len(draft.ids) > ENTRIES_PER_CHANGE_MAX:
        raise Invalid(f"a change has at most {ENTRIES_PER_CHANGE_MAX} ids; send several", field="ids")
    if draft.act in ("remove", "disable", "enable") and not draft.ids:
        raise Invalid(f"{draft.act} needs the ids of entries", field="ids")
    for entry in draft.ids:
        _check_id(entry)
    if draft.until is not None and draft.until.tzinfo is None:
        raise Invalid("a time needs its zone", field="until")


def _check_id(entry: str) -> None:
    if not 0 < len(entry) <= ENTRY_ID_MAX or not entry.isprintable():
        raise Invalid(f"an entry id is 1 to {ENTRY_ID_MAX} printable characters", field="entry")


def _check_ratio(draft: Draft) -> None:
    if not 0.0 <= draft.ratio <= 1.0:
        raise Invalid("a ratio is 0 to 1", field="ratio")
    if len(draft.seed) > ENTRY_ID_MAX or not draft.seed.isprintable():
        raise Invalid(f"a seed is at most {ENTRY_ID_MAX} printable characters", field="seed")


def _with_header(draft: Draft) -> Draft:
    header = draft.header
    if header is None or header.name != draft.list:
        raise Invalid("a new list needs a header with its own name", field="header")
    try:
        salted = checked_header(header)
        parse_header(render_header(salted))
    except (ValueError, TypeError) as error:
        raise Invalid(str(error), field="header") from error
    return replace(draft, header=salted)
