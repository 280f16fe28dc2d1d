"""One list's writing side: works changes into its live list, exactly once in effect.

Every record of the live list and ``standing.json`` carry the number of the change that wrote it. After a
kill, changes with smaller numbers than the largest of these are done; that one itself may be half done and
is worked in again, which changes nothing where it was complete; later ones have had no effect yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from tutela.detect.matching.additions import add_entries
from tutela.detect.matching.live_writer import TAIL_ROWS_MAX, LiveWriter
from tutela.detect.service.changes import Change
from tutela.detect.service.counting import count_entries, count_fingerprints, count_standing
from tutela.detect.service.holds import (
    HeldLog,
    HoldRules,
    counted,
    hold_of,
    is_rollback,
    shrinks_too_much,
    silences_too_much,
)
from tutela.detect.service.standing import Standing, read_standing, write_standing
from tutela.kernel.errors import Conflict, TutelaError, Unavailable
from tutela.kernel.formats import NewerFormatError


class Held(Conflict):
    """The change is kept and waits for a release."""


class ListKeeper:
    """See the module. One at a time for each list; ``close`` gives up its lock."""

    def __init__(self, folder: Path, rules: HoldRules, *, tail_rows_max: int = TAIL_ROWS_MAX) -> None:
        """Raises Unavailable when the folder cannot be read or somebody else writes it.

        A damaged folder is Unavailable too: no change may be passed over because of it.
        """
        self._rules = rules
        try:
            self.live = LiveWriter(folder, tail_rows_max=tail_rows_max)
        except TutelaError as error:
            raise Unavailable(f"a list cannot be opened for writing: {error.message}") from error
        try:
            self.standing = read_standing(folder)
            self._held = HeldLog(folder)
            if self.standing.hold is None and self._is_released():
                self._held.clear()
        except (OSError, ValueError) as error:
            self.live.close()
            newer = str(error) if isinstance(error, NewerFormatError) else ""
            raise Unavailable(newer or "what stands beside a list cannot be read") from error

    def _is_released(self) -> bool:
        """True when all that waits was released: a kill came before it could be forgotten."""
        return max(self._held.waiting, default=0) < self.standing.counted

    def close(self) -> None:
        """Waits for a merge under way and gives up the lock."""
        self.live.close()

    @property
    def mark(self) -> int:
        """Largest number of a change that had an effect here, whole or in part."""
        return max(self.live.change, self.standing.change)

    def apply(self, change: Change, past: Callable[[int], Change]) -> None:
        """Works in a change that is not below ``mark``; ``past`` gives earlier ones, for a release.

        Raises Held when it waits now, Conflict, Invalid; Unavailable when it must be tried again.
        """
        if change.sequence <= self.standing.change and change.sequence in self._held.waiting:
            raise Held("the change waits for a release of its list")
        if change.sequence < self.mark:
            return
        try:
            self._apply(change, past)
        except OSError as error:
            raise Unavailable(f"a list cannot be written: {error.strerror}") from error

    def _apply(self, change: Change, past: Callable[[int], Change]) -> None:
        if change.act == "add":
            self._add(change)
        elif change.act == "remove":
            self._remove(change)
        elif change.act == "release":
            self._release(change, past)
        elif change.act == "disable":
            self._disable(change)
        elif change.act == "enable":
            self._enable(change)
        else:
            self._write(self._shared(change))

    def can_join(self, change: Change) -> bool:
        """True when ``add_together`` may take the change."""
        plain = change.act == "add" and not change.draft.source_version
        return plain and self.standing.hold is None and change.sequence >= self.mark

    def add_together(self, changes: Sequence[Change]) -> None:
        """Works in several additions that name no id and no value twice, with one write.

        They bear the number of the first, so that after a kill all of them are looked at again.
        """
        entries = [entry for change in changes for entry in change.entries]
        add_entries(self.live, entries, change=changes[0].sequence)

    def silence_together(self, changes: Sequence[Change]) -> bool:
        """True when several changes that switch entries off were written, with one write.

        Each of them is judged as if it came alone. False, and nothing was done, when one has to wait or
        another may have had an effect already: then they have to come alone.
        """
        if self.standing.hold is not None or changes[0].sequence <= self.mark:
            return False
        standing, disabled = self.standing, dict(self.standing.disabled)
        left = count_entries(self.live)
        for change in changes:
            standing = replace(standing, disabled=disabled)
            lost = self._answering(standing, change)
            if lost:
                standing = counted(standing, change, 0, self._rules, lost=lost)
                if self._silences(standing, change, left, lost=lost):
                    return False
            disabled.update(dict.fromkeys(change.draft.ids, change.draft.until))
        try:
            self._write(replace(standing.without_past(changes[-1].made), change=changes[-1].sequence))
        except OSError as error:
            raise Unavailable(f"a list cannot be written: {error.strerror}") from error
        return True

    def _write(self, standing: Standing) -> None:
        write_standing(self.live.folder, standing)
        self.standing = standing

    def _add(self, change: Change) -> None:
        if is_rollback(self.standing, change):
            self._hold(change, entries=0)
        if self.standing.hold is not None:
            self._held.spare(entry.entry for entry in change.entries)
        add_entries(self.live, change.entries, change=change.sequence)
        self._see_version(change)

    def _see_version(self, change: Change) -> None:
        version = change.draft.source_version
        if version > self.standing.source_version:
            self._write(replace(self.standing, source_version=version, change=change.sequence))

    def _remove(self, change: Change) -> None:
        if self.standing.counted != change.sequence:
            entries = count_standing(self.live, change.draft.ids)
            waits = self.standing.hold is not None and (entries or self._held.adds)
            if is_rollback(self.standing, change) or waits:
                self._hold(change, entries=entries)
            if entries:
                self._write(replace(self._counted(change, removed=entries), change=change.sequence))
        # Counted first, removed second: a removal that was seen to be allowed is never judged again.
        self.live.remove_all(change.draft.ids, change=change.sequence)
        self._see_version(change)

    def _counted(self, change: Change, *, removed: int) -> Standing:
        """The standing that counts what the change takes. Raises Held when that is too much."""
        lost = self._answering(self.standing, change)
        after = counted(self.standing, change, removed, self._rules, lost=lost)
        left = count_entries(self.live) - removed
        if shrinks_too_much(after, left, self._rules) or self._silences(
            after, change, left, lost=lost - removed
        ):
            self._hold(change, entries=removed or lost)
        return after

    def _silences(self, after: Standing, change: Change, left: int, *, lost: int) -> bool:
        """True when too much of the list falls silent; ``lost`` entries more than ``after`` says are off."""
        return silences_too_much(
            after,
            left,
            lambda: count_standing(self.live, after.without_past(change.made).disabled) + lost,
            self._rules,
        )

    def _answering(self, standing: Standing, change: Change) -> int:
        """How many of the entries that the change names answer until then, and not after it."""
        made, until = change.made, change.draft.until
        if standing.unopened or (until is not None and until <= made):
            return 0
        return count_standing(
            self.live, (entry for entry in change.draft.ids if not standing.disabled_until(entry, made)[0])
        )

    def _disable(self, change: Change) -> None:
        standing, ids = self.standing, change.draft.ids
        if standing.counted != change.sequence:
            entries = self._answering(standing, change)
            if standing.hold is not None and (entries or self._held.adds or self._held.silences(ids)):
                self._hold(change, entries=entries)
            if entries:
                standing = self._counted(change, removed=0)
        self._write(_silenced(standing, change, change, ids))

    def _enable(self, change: Change) -> None:
        ids = set(change.draft.ids)
        self._held.spare_silenced(ids)
        disabled = self.standing.without_past(change.made).disabled
        left = {entry: until for entry, until in disabled.items() if entry not in ids}
        self._write(replace(self.standing, disabled=left, change=change.sequence))

    def _shared(self, change: Change) -> Standing:
        """The standing with another share of look-ups."""
        draft, standing = change.draft, self.standing.without_past(change.made)
        never = standing.unopened or not count_fingerprints(self.live)
        return replace(
            standing,
            ratio=draft.ratio,
            seed=draft.seed,
            unopened=draft.ratio == 0 and never,
            change=change.sequence,
        )

    def _hold(self, change: Change, *, entries: int) -> None:
        """Keeps the change for later. Always raises Held."""
        self._held.hold(change)
        hold = hold_of(self.standing, change, entries)
        self._write(replace(self.standing, hold=hold, change=change.sequence))
        raise Held("the change waits for a release of its list")

    def _release(self, change: Change, past: Callable[[int], Change]) -> None:
        if self.standing.change == change.sequence:
            return  # a kill came after its last step
        if self.standing.hold is None:
            raise Conflict("nothing of this list waits for a release")
        version, standing = self.standing.source_version, self.standing
        for sequence, ids in self._held.waiting.items():
            kept = past(sequence)
            version = kept.draft.source_version or version
            if ids is None:
                add_entries(self.live, kept.entries, change=change.sequence)
            elif sequence in self._held.silencing:
                standing = _silenced(standing, change, kept, ids)
            elif ids:
                self.live.remove_all(sorted(ids), change=change.sequence)
        at = change.sequence
        self._write(
            replace(standing, hold=None, removed=(), lost=(), counted=at, change=at, source_version=version)
        )
        self._held.clear()


def _silenced(standing: Standing, change: Change, asked: Change, ids: Iterable[str]) -> Standing:
    """The standing after ``change``, in which these entries are off for as long as ``asked`` said."""
    disabled = dict(standing.disabled) | dict.fromkeys(ids, asked.draft.until)
    return replace(standing, disabled=disabled, change=change.sequence).without_past(change.made)
