"""The lists as one service process sees them, and how far they are.

Looks at the data folder at most every ``LOOK_SECONDS``; new lists are opened, retired ones dropped. What
the follower acknowledged in ``applied.json`` is found at once by the process that waited for it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tutela.detect.matching.index import BUCKETED, IndexKind
from tutela.detect.matching.live import LiveList
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.service.applied import (
    APPLIED,
    FRESH_SECONDS,
    LISTS,
    Applied,
    Outcome,
    Progress,
    outcome_of,
    read_progress,
)
from tutela.detect.service.changes import LIST_NAME
from tutela.detect.service.counting import count_entries, count_fingerprints
from tutela.detect.service.settling import Settling
from tutela.detect.service.shelf_list import ShelfList
from tutela.detect.service.standing import STANDING, Hold, Standing, read_standing
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Invalid, Refused, TutelaError, Unavailable
from tutela.kernel.formats import NewerFormatError

#: How often a process looks for new and retired lists, in seconds (as ``live.LOOK_AGAIN_SECONDS``).
LOOK_SECONDS = 0.05
#: How often a list that could not be opened is tried again, in seconds.
RETRY_SECONDS = 1.0
#: How often somebody who waits for a change looks at ``applied.json``, in seconds.
WAIT_STEP_SECONDS = 0.005

Stamp = tuple[int, int, int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryFacts:
    """What a list says about one entry, without any of its values. ``forms`` counts its fingerprints."""

    entry: str
    kinds: tuple[str, ...]
    forms: int
    source: str
    law: str
    legal_class: str
    scheme: str
    category: str
    disputed: bool
    #: True when some of the fingerprints are crops that tutela computed itself.
    derived: bool
    disabled: bool
    #: End of the silence of a disabled entry; None: until it is enabled again.
    disabled_until: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ListState:
    """What a process knows about one list. ``entries`` counts ids, ``fingerprints`` their values.

    ``held``: changes wait for a release. ``stale``: past ``valid_to``, without a change for too long, or not
    readable (then ``problem`` says why). ``changed`` is the time of its last change.
    """

    name: str
    header: ListHeader
    version: str
    entries: int
    fingerprints: int
    created: datetime
    changed: datetime
    held: Hold | None
    stale: bool
    ratio: float
    seed: str
    enabled: bool
    disabled_entries: int
    source_version: int
    problem: str = ""


class Shelf:
    """See the module. Threads may share it; a process opens its own."""

    def __init__(
        self,
        folder: Path | str,
        *,
        clock: Clock | None = None,
        index: IndexKind = BUCKETED,
        stale_after_seconds: float = 0.0,
    ) -> None:
        """``stale_after_seconds`` is for lists that have none of their own; 0: never. Opens nothing yet."""
        self._folder = Path(folder)
        self._applied = self._folder / APPLIED  # looked at for every answer
        self._clock = SystemClock() if clock is None else clock
        self._index = index
        self._stale_after_seconds = stale_after_seconds
        self._lock = threading.RLock()
        self._open: dict[str, ShelfList] = {}
        self._stamps: dict[str, Stamp] = {}
        self._failed: dict[str, tuple[float, TutelaError]] = {}
        self._names: tuple[str, ...] = ()
        self._enabled: tuple[ShelfList, ...] = ()
        self._looked_seconds: float | None = None
        self._progress_read: tuple[Stamp, Progress] | None = None
        self._settling = Settling()
        self._began_seconds = self._clock.monotonic_seconds()

    def close(self) -> None:
        """Lets go of all lists; parts that were given out stay valid."""
        with self._lock:
            for one in self._open.values():
                one.live.close()
            self._open, self._enabled = {}, ()
            self._stamps.clear()

    def names(self) -> tuple[str, ...]:
        """Names of the lists that are there, sorted."""
        self._look()
        return self._names

    def lists(self, names: Sequence[str] = ()) -> tuple[ShelfList, ...]:
        """The enabled lists of these names, all without any; the same objects until something changes.

        Raises Invalid naming an unknown list, Unavailable for a named one that cannot be read.
        """
        self._look()
        enabled = self._enabled
        return tuple(one for one in self.named(names) if one in enabled) if names else enabled

    def named(self, names: Sequence[str]) -> tuple[ShelfList, ...]:
        """The lists of these names, whatever their share. Raises as ``lists``."""
        self._look()
        return tuple(self._opened(name) for name in dict.fromkeys(names))

    def entry(self, name: str, entry: str) -> EntryFacts:
        """What the list says about an entry.

        Raises Invalid (no such list), Refused (no such entry), Unavailable (cannot be read).
        """
        self._look()
        one = self._opened(name)
        try:
            one.live.refresh()
        except TutelaError as error:  # its words name the folder
            raise Unavailable("this list cannot be read", retry_after_seconds=RETRY_SECONDS) from error
        rows = one.entry_rows(entry)
        if not rows:
            raise Refused("there is no such entry in this list")
        return _facts(entry, rows, one.standing, self._clock.now())

    def state(self, name: str) -> ListState:
        """What is known about one list. Raises Invalid (no such list), Unavailable (cannot be read)."""
        self._look()
        one = self._opened(name)
        progress, now = self._progress(), self._clock.now()
        changed = progress.lists.get(name, one.header.created)
        return ListState(
            name=name,
            header=one.header,
            version=one.version,
            entries=count_entries(one.live),
            fingerprints=count_fingerprints(one.live),
            created=one.header.created,
            changed=changed,
            held=one.standing.hold,
            stale=self._is_stale(one, changed, now),
            ratio=one.standing.ratio,
            seed=one.standing.seed,
            enabled=one.standing.ratio > 0,
            disabled_entries=len(one.standing.without_past(now).disabled),
            source_version=one.standing.source_version,
            problem="the list cannot be read any more; what was read last answers" if one.troubled else "",
        )

    def stale(self) -> tuple[str, ...]:
        """Names of the lists whose word is old or that cannot be read; every answer names them."""
        self._look()
        changed, now = self._progress().lists, self._clock.now()
        old = [
            name
            for name, one in list(self._open.items())
            if self._is_stale(one, changed.get(name, one.header.created), now)
        ]
        return tuple(sorted({*old, *self._failed}))

    def _is_stale(self, one: ShelfList, changed: datetime, now: datetime) -> bool:
        if one.troubled or (one.header.valid_to is not None and one.header.valid_to <= now):
            return True
        limit_seconds = one.standing.stale_after_seconds or self._stale_after_seconds
        return bool(limit_seconds) and now - changed > timedelta(seconds=limit_seconds)

    def applied(self) -> Applied:
        """How far this replica is; the age of the follower's last word where it fell silent."""
        progress = self._progress()
        if self._progress_read is None:
            behind_seconds = self._clock.monotonic_seconds() - self._began_seconds
        else:
            mtime_ns = self._progress_read[0][2]
            behind_seconds = self._clock.now().timestamp() - mtime_ns / 1e9
        return Applied(
            sequence=progress.sequence,
            behind_seconds=behind_seconds if behind_seconds > FRESH_SECONDS else 0.0,
            holds=progress.holds,
            seen=self._settling.sure(progress.sequence, self._look_over, self._clock.monotonic_seconds()),
        )

    def _look_over(self) -> bool:
        """True when every list that is there shows all that is on the disk. Never held up.

        A list that cannot be read is passed over, as by ``reach``.
        """
        with self._lock:
            if self._looked_seconds is None:
                return True  # nothing is open: what is opened from now on shows all
            self._look(now=True)
        shown = [one.look() for one in list(self._open.values())]  # each of them, whatever the first says
        return all(shown)

    def wait(self, sequence: int, timeout_seconds: float) -> Outcome:
        """What became of a change, as soon as it is live here; not applied, without a problem, if that took
        longer. Blocks; afterwards this process finds what it waited for."""
        if not self.reach(sequence, timeout_seconds):
            return Outcome(applied=False)
        return outcome_of(self._progress(), sequence) or Outcome(applied=False)

    def reach(self, sequence: int, timeout_seconds: float) -> bool:
        """True when everything up to this change is live and seen by this process; False when that took
        longer. Blocks. A list that cannot be read is passed over: every answer names it as stale.
        """
        deadline = time.monotonic() + timeout_seconds
        while (applied := self._progress().sequence) < sequence:
            if time.monotonic() >= deadline:
                return False
            time.sleep(WAIT_STEP_SECONDS)
        self._look(now=True)
        if not all(_settled(one.live, deadline) for one in list(self._open.values())):
            return False
        self._settling.reached(applied)
        return True

    def _progress(self) -> Progress:
        """``applied.json``, read again when it changed. Raises Unavailable."""
        with self._lock:
            stamp = _stamp(self._applied)
            if stamp is None:
                return Progress()
            if self._progress_read is None or self._progress_read[0] != stamp:
                try:
                    self._progress_read = (stamp, read_progress(self._folder))
                except (ValueError, OSError) as error:
                    newer = str(error) if isinstance(error, NewerFormatError) else ""
                    raise Unavailable(newer or "the state of this replica cannot be read") from error
            return self._progress_read[1]

    def _opened(self, name: str) -> ShelfList:
        one, failed = self._open.get(name), self._failed.get(name)
        if failed is not None:
            raise Unavailable("this list cannot be read", retry_after_seconds=RETRY_SECONDS) from failed[1]
        if one is None:
            raise Invalid("there is no such list", field="list")
        return one

    def _look(self, *, now: bool = False) -> None:
        """Opens what is new, drops what is gone, takes over what the follower wrote beside the lists."""
        moment, looked = self._clock.monotonic_seconds(), self._looked_seconds
        if not now and looked is not None and moment - looked < LOOK_SECONDS:
            return
        with self._lock:
            changed = self._find_names()
            for name in self._names:
                changed |= self._look_at(name, moment, again=now)
            if changed:
                self._arrange()
            self._looked_seconds = moment

    def _find_names(self) -> bool:
        """True when lists came or went."""
        try:
            found = [path.name for path in (self._folder / LISTS).iterdir()]
        except FileNotFoundError:
            found = []
        former, self._names = self._names, tuple(sorted(name for name in found if LIST_NAME.fullmatch(name)))
        return former != self._names

    def _look_at(self, name: str, moment_seconds: float, *, again: bool) -> bool:
        """True when the list was opened, or may answer differently than before.

        One that failed a moment ago is tried only if ``again`` is said: somebody waits for it.
        """
        folder = self._folder / LISTS / name
        stamp = _stamp(folder / STANDING)
        failed = self._failed.get(name)
        if failed is None and stamp is not None and stamp == self._stamps.get(name):
            return False
        if failed is not None and not again and moment_seconds - failed[0] < RETRY_SECONDS:
            return False
        try:
            self._take(name, folder)
        except (TutelaError, ValueError, OSError) as error:
            known = error if isinstance(error, TutelaError) else Unavailable("the list cannot be read")
            self._failed[name] = (moment_seconds, known)
            return True
        self._failed.pop(name, None)
        if stamp is not None:
            self._stamps[name] = stamp
        return True

    def _take(self, name: str, folder: Path) -> None:
        standing = read_standing(folder)
        one = self._open.get(name)
        if one is not None and one.standing.born == standing.born:
            one.standing = standing
            return
        live = LiveList(folder, clock=self._clock, index=self._index)
        self._open[name] = ShelfList(name, live, standing, self._clock)

    def _arrange(self) -> None:
        for name in set(self._open) - set(self._names):
            self._open.pop(name).live.close()
        for name in set(self._stamps) - set(self._names):
            del self._stamps[name]
        for name in set(self._failed) - set(self._names):
            del self._failed[name]
        enabled = tuple(
            self._open[name] for name in sorted(self._open) if self._open[name].standing.ratio > 0
        )
        if enabled != self._enabled:
            self._enabled = enabled


def _settled(live: LiveList, deadline_seconds: float) -> bool:
    """True when the list shows all that is on disk, or cannot be read; at least one look is taken."""
    try:
        return live.settle(max(WAIT_STEP_SECONDS, deadline_seconds - time.monotonic()))
    except TutelaError:
        return True


def _stamp(path: Path) -> Stamp | None:
    """Inode, size, time of change of contents and of the file; None when it is not there."""
    try:
        facts = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return (facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)


def _facts(entry: str, rows: Sequence[ListEntry], standing: Standing, now: datetime) -> EntryFacts:
    first = next((row for row in rows if not row.derived), rows[0])
    disabled, until = standing.disabled_until(entry, now)
    return EntryFacts(
        entry=entry,
        kinds=tuple(sorted({row.kind for row in rows})),
        forms=len(rows),
        source=first.source,
        law=first.law,
        legal_class=first.legal_class,
        scheme=first.scheme,
        category=first.category,
        disputed=any(row.disputed for row in rows),
        derived=any(row.derived for row in rows),
        disabled=disabled,
        disabled_until=until,
    )
