"""When a change of a list waits for a person, and what waits (fault-injection.md, FI-24).

A list that shrinks by more than a few percent within a window, or whose source goes back to an older
version, is held: what would make it answer less waits (entries removed or switched off), additions still
apply, and the old state answers until a release.
Everything follows from the changes and their own times, so that all replicas hold the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from tutela.detect.matching.logs import LogWriter, read_log
from tutela.detect.service.changes import Change
from tutela.detect.service.standing import Hold, Standing, as_fields, whole

#: Name of the file that keeps what waits, in the folder of a list.
HELD = "held.log"
#: Window buckets are minutes.
_BUCKET_SECONDS = 60
_Window = tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldRules:
    """From when on a shrinking list is held (fault-injection.md, FI-24: more than 5 %)."""

    #: Share of the list, in percent, that may go within the window.
    shrink_percent_max: float = 5.0
    #: Smaller lists are never held: one entry would be a large share.
    entries_min: int = 100
    #: Length of the window in seconds; an import is over within an hour.
    window_seconds: int = 3_600


def is_rollback(standing: Standing, change: Change) -> bool:
    """True when the change belongs to an older version of its source than one seen before."""
    return 0 < change.draft.source_version < standing.source_version


def counted(
    standing: Standing, change: Change, removed: int, rules: HoldRules, *, lost: int | None = None
) -> Standing:
    """The standing with ``removed`` more entries removed by ``change``; what left the window is forgotten.

    ``lost`` of them, all if it is not said, answered until now; entries that are switched off are lost alone.
    """
    minute = _minute(change.made)
    first = minute - rules.window_seconds // _BUCKET_SECONDS
    return replace(
        standing,
        removed=_added(standing.removed, minute, first, removed),
        lost=_added(standing.lost, minute, first, removed if lost is None else lost),
        counted=change.sequence,
    )


def _added(window: _Window, minute: int, first: int, entries: int) -> _Window:
    kept = {at: number for at, number in window if at >= first}
    if entries:
        kept[minute] = kept.get(minute, 0) + entries
    return tuple(sorted(kept.items()))


def _minute(moment: datetime) -> int:
    return int(moment.timestamp()) // _BUCKET_SECONDS


def shrinks_too_much(after: Standing, left: int, rules: HoldRules) -> bool:
    """True when the removals in the window of ``after`` are too large a share of what stood before them.

    ``left`` is the number of entries that would still stand.
    """
    gone = sum(number for _, number in after.removed)
    return left + gone >= rules.entries_min and _is_large(gone, left, rules)


def silences_too_much(after: Standing, left: int, silent: Callable[[], int], rules: HoldRules) -> bool:
    """True when what the window of ``after`` lost is too large a share of what answered before it.

    ``left`` entries would still stand; ``silent`` counts those among them that would not answer. It is asked
    only when it matters.
    """
    gone = sum(number for _, number in after.lost)
    if not gone or not _is_large(gone, max(0, left - len(after.disabled) - gone), rules):
        return False
    answering = max(0, left - silent())
    return answering + gone >= rules.entries_min and _is_large(gone, answering, rules)


def _is_large(gone: int, left: int, rules: HoldRules) -> bool:
    return gone * 100 > rules.shrink_percent_max * (left + gone)


def hold_of(standing: Standing, change: Change, entries: int) -> Hold:
    """The hold that begins with ``change``, or the one that stands with ``entries`` more that wait."""
    if standing.hold is not None:
        return replace(standing.hold, entries=standing.hold.entries + entries)
    if is_rollback(standing, change):
        return Hold(reason="rollback", since=change.sequence, made=change.made, entries=entries)
    return Hold(reason="shrink", since=change.sequence, made=change.made, entries=entries)


class HeldLog:
    """What waits for the release of one list, by number of the change: ids that go, or whole additions.

    An id that is added again meanwhile is spared by removals, one that is switched on again by what switches
    off: these came before.
    """

    def __init__(self, folder: Path) -> None:
        """Raises ValueError for a damaged file, OSError."""
        self._path = folder / HELD
        #: Number of the change -> ids that it removes or switches off, or None for one that adds.
        self.waiting: dict[int, set[str] | None] = {}
        #: Numbers of those that switch off.
        self.silencing: set[int] = set()
        found = read_log(self._path)
        self._size_bytes = found.size_bytes
        for payload in found.payloads:
            self._take(as_fields(json.loads(payload)))

    def _take(self, fields: dict[str, object]) -> None:
        # Ids that are switched off have a name of their own: older releases, which would remove all "ids",
        # pass them over.
        ids, silenced = (_ids(fields, name) for name in ("ids", "silenced"))
        if "spare" in fields:
            for sequence, waiting in self.waiting.items():
                if waiting is not None:
                    waiting.difference_update((silenced if sequence in self.silencing else ids) or ())
            return
        sequence = whole(fields, "change")
        if silenced is not None:
            self.silencing.add(sequence)
        self.waiting[sequence] = ids if silenced is None else silenced

    @property
    def adds(self) -> bool:
        """True when additions wait: a removal that comes after them must not come before them."""
        return any(ids is None for ids in self.waiting.values())

    def hold(self, change: Change) -> None:
        """Keeps a change that waits; on disk on return. Raises OSError."""
        ids = list(change.draft.ids)
        if change.act == "disable":
            self._append({"change": change.sequence, "silenced": ids})
        else:
            self._append({"change": change.sequence, "ids": ids if change.act == "remove" else None})

    def spare(self, ids: Iterable[str]) -> None:
        """Takes these ids out of removals that wait; on disk on return. Raises OSError."""
        met = self._met(ids, silencing=False)
        if met:
            self._append({"spare": True, "ids": met})

    def spare_silenced(self, ids: Iterable[str]) -> None:
        """Takes these ids out of what waits to switch them off; on disk on return. Raises OSError."""
        met = self._met(ids, silencing=True)
        if met:
            self._append({"spare": True, "silenced": met})

    def silences(self, ids: Iterable[str]) -> bool:
        """True when something waits that switches one of these ids off."""
        return bool(self._met(ids, silencing=True))

    def _met(self, ids: Iterable[str], *, silencing: bool) -> list[str]:
        waiting = [
            one
            for sequence, one in self.waiting.items()
            if one is not None and (sequence in self.silencing) is silencing
        ]
        return sorted({entry for entry in ids if any(entry in one for one in waiting)})

    def _append(self, fields: dict[str, object]) -> None:
        log = LogWriter(self._path, self._size_bytes)
        try:
            log.append(json.dumps(fields).encode())
        finally:
            log.close()
        self._size_bytes = log.size_bytes
        self._take(fields)

    def clear(self) -> None:
        """Forgets everything: it was released. Raises OSError."""
        self._path.unlink(missing_ok=True)
        self.waiting, self.silencing, self._size_bytes = {}, set(), 0


def _ids(fields: dict[str, object], name: str) -> set[str] | None:
    ids = fields.get(name)
    if ids is not None and not isinstance(ids, list):
        raise ValueError("what waits has no list of ids")
    return None if ids is None else set(ids)
