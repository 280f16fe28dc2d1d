"""The folders of a replica's lists: they appear and vanish whole, by rename.

``.new-<number>-<name>`` is being made, ``.retired-<number>-<name>`` marks that a change ended the list of
that name; both numbers are the change's. Nobody but the follower touches them.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from tutela.detect.matching.live_writer import create_live
from tutela.detect.matching.sections import sync_folder
from tutela.detect.service.applied import LISTS
from tutela.detect.service.changes import LIST_NAME, Change
from tutela.detect.service.standing import Standing, read_standing, write_standing
from tutela.kernel.errors import Conflict, Invalid, Refused

_RETIRED = re.compile(r"\.retired-(\d{1,19})-(.+)", re.DOTALL)


class ListFolders:
    """See the module. Raises OSError where the disk refuses."""

    def __init__(self, folder: Path) -> None:
        """Makes the folder of the lists and removes what a kill left half made."""
        self._folder = folder / LISTS
        self._folder.mkdir(mode=0o700, exist_ok=True)
        for path in self._folder.glob(".new-*"):
            shutil.rmtree(path)
        self._names = {path.name for path in self._folder.iterdir() if LIST_NAME.fullmatch(path.name)}
        self._marks = [path for path in self._folder.iterdir() if _RETIRED.fullmatch(path.name)]
        for path in self._marks:
            _empty(path)

    def path(self, name: str) -> Path:
        """Where the list of that name is."""
        return self._folder / name

    def is_there(self, name: str) -> bool:
        """True when there is a list of that name."""
        return name in self._names

    def retired_at(self, name: str) -> int:
        """Number of the change that ended the last list of that name; 0 when it is long done or never was."""
        return max((number for number, named in map(_named, self._marks) if named == name), default=0)

    def create(self, change: Change, *, lists_max: int) -> None:
        """Makes the list of a ``create``; nothing when it is there by this very change.

        Raises Conflict when another of that name is there, Refused when there are too many, Invalid for a
        header that cannot be right, ValueError for a damaged folder.
        """
        draft = change.draft
        if draft.header is None:
            raise Invalid("a new list needs a header", field="header")
        if change.list in self._names:
            if read_standing(self.path(change.list)).born < change.sequence:
                raise Conflict("there is a list of this name already")
            return
        if len(self._names) >= lists_max:
            raise Refused(f"there are {lists_max} lists already; retire one first")
        fresh = self._folder / f".new-{change.sequence}-{change.list}"
        shutil.rmtree(fresh, ignore_errors=True)
        create_live(fresh, draft.header, change=change.sequence).close()
        standing = Standing(
            born=change.sequence, change=change.sequence, stale_after_seconds=draft.stale_after_seconds
        )
        write_standing(fresh, standing)
        os.rename(fresh, self.path(change.list))
        sync_folder(self._folder)
        self._names.add(change.list)

    def retire(self, change: Change) -> None:
        """Ends a list: nobody finds it any more, and its files go. The caller closed it."""
        mark = self._folder / f".retired-{change.sequence}-{change.list}"
        os.rename(self.path(change.list), mark)
        sync_folder(self._folder)
        self._names.discard(change.list)
        self._marks.append(mark)
        _empty(mark)

    def forget_retired(self, sequence: int) -> None:
        """Removes marks that no kill can make necessary any more: everything up to ``sequence`` is done."""
        for path in [path for path in self._marks if _named(path)[0] <= sequence]:
            shutil.rmtree(path)
            self._marks.remove(path)


def _named(mark: Path) -> tuple[int, str]:
    """The number and the name in the name of a mark."""
    named = _RETIRED.fullmatch(mark.name)
    return (int(named[1]), named[2]) if named else (0, "")


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
