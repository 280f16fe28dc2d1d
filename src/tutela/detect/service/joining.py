"""Which changes are written together: one write to the disk instead of many, with the same effect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tutela.detect.service.changes import Change

#: Entries written together at most (our own: some 50 ms of work, within which others wait).
JOINED_ENTRIES_MAX = 2_000


def joined(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """The changes in their order; together additions to one list that name no id and no value twice, and
    changes that switch entries of one list off.
    """
    group: list[Change] = []
    seen: set[object] = set()
    count = 0
    for change in changes:
        named = _named(change)
        entries = len(change.entries) + len(change.draft.ids)
        fits = group and change.act == group[0].act in ("add", "disable") and change.list == group[0].list
        if not fits or seen & named or count + entries > JOINED_ENTRIES_MAX:
            if group:
                yield group
            group, seen, count = [], set(), 0
        group.append(change)
        seen |= named
        count += entries
    if group:
        yield group


def _named(change: Change) -> set[object]:
    """Ids and values of the entries: what later entries could contradict or repeat."""
    ids: set[object] = {entry.entry for entry in change.entries}
    return ids | {(entry.kind, entry.value) for entry in change.entries}
