"""Every device list of the folder, asked as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tutela.detect.fingerprints.digests import Digests
from tutela.detect.matching.bundles.content import Content
from tutela.detect.matching.bundles.layout import Header
from tutela.kernel.clock import Clock
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.judging.shapes import Found
from tutela.prevent.guard.lists import shapes
from tutela.prevent.guard.lists.asking import ListWorker
from tutela.prevent.guard.lists.child import Opened
from tutela.prevent.guard.lists.installed import kept_lists
from tutela.prevent.guard.person.folder import Folder

#: Seconds that the lists together get to be opened when the guard starts; it holds pictures meanwhile.
OPENING_SECONDS: Final = 10.0


class NoLists:
    """What is asked where the person switched the lists off: nothing is known."""

    def ask(self, digests: Digests, prints: NDArray[np.uint8]) -> Found | None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class DeviceLists:
    """Implements ``judging.shapes.Known`` by every list; each has to answer. Closes them."""

    def __init__(self, lists: Sequence[shapes.Known]) -> None:
        self._lists = tuple(lists)

    def ask(self, digests: Digests, prints: NDArray[np.uint8]) -> Found | None:
        """The strongest answer of all lists. Raises Unavailable where one cannot answer, or none is there."""
        if not self._lists:
            raise Unavailable("there is no list of known pictures on this device")
        asked = shapes.Digests(sha256=digests.sha256, sha1=digests.sha1, md5=digests.md5)
        met = {one.ask(asked, prints) for one in self._lists}
        return "exact" if "exact" in met else "near" if "near" in met else None

    def in_use(self, clock: Clock) -> tuple[tuple[str, int], ...]:
        """Name and number of every list that is in use and has not expired."""
        return tuple((one.name, one.number) for one in self.contents if clock.now() < one.expires)

    def usable(self, clock: Clock) -> bool:
        """Whether every list is in use and has not expired; False where there is none."""
        return bool(self._lists) and len(self.in_use(clock)) == len(self._lists)

    @property
    def headers(self) -> tuple[Header, ...]:
        """What the lists in use say of themselves, and who approved them."""
        opened = (_opened(one) for one in self._lists)
        return tuple(one.header for one in opened if one is not None)

    @property
    def contents(self) -> tuple[Content, ...]:
        """What the lists in use say of themselves."""
        return tuple(one.content for one in self.headers)

    def close(self) -> None:
        """Ends every list's process. Safe to call twice."""
        for one in self._lists:
            one.close()


def _opened(known: shapes.Known) -> Opened | None:
    return known.opened if isinstance(known, ListWorker) else None


def open_lists(folder: Folder, clock: Clock) -> DeviceLists:
    """The lists of the folder, each opened or known not to be. A list that cannot be opened holds all."""
    workers: list[shapes.Known] = []
    for kept in kept_lists(folder):
        try:
            workers.append(kept.worker(clock))
        except Unavailable as error:
            workers.append(Unusable(error.message))
    for one in workers:
        if isinstance(one, ListWorker):
            one.ready(OPENING_SECONDS / len(workers))
    return DeviceLists(workers)


class Unusable:
    """A list that cannot be asked at all, and why."""

    def __init__(self, why: str) -> None:
        self._why = why

    def ask(self, digests: shapes.Digests, prints: NDArray[np.uint8]) -> shapes.Met:
        """Raises Unavailable."""
        raise Unavailable(self._why)

    def close(self) -> None:
        """Nothing."""
