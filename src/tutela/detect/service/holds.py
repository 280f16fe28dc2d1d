"""When a change of a list waits for a person, and what waits (fault-injection.md, FI-24).

A list that shrinks by more than a few percent within a window, or whose source goes back to an older
version, is held: removals wait, additions still apply, and the old state answers until a release.
Everything follows from the changes and their own times, so that all replicas hold the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
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


def counted(standing: Standing, change: Change, entries: int, rules: HoldRules) -> Standing:
    """The standing with ``entries`` more removed by ``change``; what left the window is forgotten."""
    minute = _minute(change.made)
    first = minute - rules.window_seconds // _BUCKET_SECONDS
    kept = {at: number for at, number in standing.removed if at >= first}
    kept[minute] = kept.get(minute, 0) + entries
    return replace(standing, removed=tuple(sorted(kept.items())), counted=change.sequence)


def _minute(moment: datetime) -> int:
    return int(moment.timestamp()) // _BUCKET_SECONDS


def shrinks_too_much(after: Standing, left: int, rules: HoldRules) -> bool:
    """True when the removals in the window of ``after`` are too large a share of what stood before them.

    ``left`` is the number of entries that would still stand.
    """
    gone = sum(number for _, number in after.removed)
    before = left + gone
    return before >= rules.entries_min and gone * 100 > rules.shrink_percent_max * before


def hold_of(standing: Standing, change: Change, entries: int) -> Hold:
    """The hold that begins with ``change``, or the one that stands with ``entries`` more that wait."""
    if standing.hold is not None:
        return replace(standing.hold, entries=standing.hold.entries + entries)
    if is_rollback(standing, change):
        return Hold(reason="rollback", since=change.sequence, made=change.made, entries=entries)
    return Hold(reason="shrink", since=change.sequence, made=change.made, entries=entries)


class HeldLog:
    """What waits for the release of one list: whole changes by number, removals with their ids.

    An id that is added again meanwhile is spared: its removal came before.
    """

    def __init__(self, folder: Path) -> None:
        """Raises ValueError for a damaged file, OSError."""
        self._path = folder / HELD
        #: Number of the change -> ids that it removes, or None for one that adds.
        self.waiting: dict[int, set[str] | None] = {}
        found = read_log(self._path)
        self._size_bytes = found.size_bytes
        for payload in found.payloads:
            self._take(as_fields(json.loads(payload)))

    def _take(self, fields: dict[str, object]) -> None:
        ids = fields.get("ids")
        if ids is not None and not isinstance(ids, list):
            raise ValueError("what waits has no list of ids")
        if "spare" in fields:
            for waiting in self.waiting.values():
                if waiting is not None:
                    waiting.difference_update(ids or ())
        else:
            self.waiting[whole(fields, "change")] = None if ids is None else set(ids)

    @property
    def adds(self) -> bool:
        """True when additions wait: a removal that comes after them must not come before them."""
        return any(ids is None for ids in self.waiting.values())

    def hold(self, change: Change) -> None:
        """Keeps a change that waits; on disk on return. Raises OSError."""
        ids = list(change.draft.ids) if change.act == "remove" else None
        self._append({"change": change.sequence, "ids": ids})

    def spare(self, ids: Iterable[str]) -> None:
        """Takes these ids out of removals that wait; on disk on return. Raises OSError."""
        waiting = [one for one in self.waiting.values() if one is not None]
        met = sorted({entry for entry in ids if any(entry in one for one in waiting)})
        if met:
            self._append({"spare": True, "ids": met})

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
        self.waiting, self._size_bytes = {}, 0
