"""Do the lists open, are they whole, and is their word new enough to go by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from tutela.detect.matching.live import LiveList
from tutela.detect.service.applied import LISTS
from tutela.detect.service.changes import LIST_NAME
from tutela.detect.service.doctor.disks import size_below
from tutela.detect.service.doctor.findings import Finding, count, fail, ok, warn
from tutela.detect.service.shelf import ListState, Shelf
from tutela.kernel.clock import Clock
from tutela.kernel.errors import TutelaError

#: Bytes of lists that are read through, in all: about a second (measured: a second a million PDQ hashes).
VERIFY_BYTES_MAX = 256 << 20


def lists(
    folder: Path, shelf: Shelf, clock: Clock, *, verify_bytes_max: int = VERIFY_BYTES_MAX
) -> Iterator[Finding]:
    """One finding for each list that somebody must look at, and one for all the others.

    Small lists are read through, larger ones only opened: ``tutela list verify`` reads every byte.
    """
    names, whole, read = shelf.names(), [], 0
    left = verify_bytes_max
    for name in names:
        size = size_below(folder / LISTS / name)
        found = _one(folder, shelf, name, verify=size <= left)
        if isinstance(found, ListState):
            whole.append(found)
            left, read = (left - size, read + 1) if size <= left else (left, read)
        else:
            yield found
    if not names:
        yield warn("lists", "there is no list yet: nothing can be known", "make one, or import what you have")
    if whole:
        yield ok("lists", _said(whole, read, clock.now()))


def count_lists(folder: Path) -> int:
    """How many lists stand in a data folder; 0 where it cannot be read."""
    try:
        return sum(LIST_NAME.fullmatch(path.name) is not None for path in (folder / LISTS).iterdir())
    except OSError:
        return 0


def _one(folder: Path, shelf: Shelf, name: str, *, verify: bool) -> ListState | Finding:
    try:
        state = shelf.state(name)
        if verify:
            with LiveList(folder / LISTS / name) as live:
                live.verify()
    except TutelaError:
        advice = "keep a copy, stop the service, remove lists and applied.json, start: lists are made anew"
        return fail("list", f"the list {name} is damaged or cannot be read", advice)
    if state.held is not None:
        said = f"the list {name} is held in an older state ({state.held.reason})"
        return warn("list", said, "look at what was to change; then release it or put its source right")
    if state.stale:
        return warn(
            "list", f"the list {name} is out of date", "see why nothing comes from its source any more"
        )
    return state


def _said(whole: list[ListState], read: int, now: datetime) -> str:
    oldest = min(state.changed for state in whole)
    entries = sum(state.entries for state in whole)
    return (
        f"{count(len(whole), 'list')} in order, {read} of them read through; {entries:,} entries; "
        f"the longest without a change for {_age(now - oldest)}"
    )


def _age(passed: timedelta) -> str:
    """``3 days``, ``5 hours``, ``2 minutes``."""
    for unit, size in (("day", timedelta(days=1)), ("hour", timedelta(hours=1))):
        if passed >= size:
            return count(passed // size, unit)
    return count(max(0, passed // timedelta(minutes=1)), "minute")
