"""The device lists in the person's folder: each with whom it is trusted by, and the key of its PDQ values.

A list is opened once before it is kept, in the process that opens lists, so that no file lies here that would
hold every picture back from the next moment on. The same list in a newer version takes the older one's place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tutela.detect.matching.bundles.content import Content
from tutela.detect.matching.bundles.layout import take_apart
from tutela.detect.matching.bundles.trust import Trust, parse_trust, render_trust
from tutela.kernel.clock import Clock
from tutela.kernel.errors import Conflict, Refused, TutelaError, Unavailable
from tutela.prevent.guard.lists.asking import ListWorker
from tutela.prevent.guard.lists.child import Child, ChildGoneError, Opened, gone
from tutela.prevent.guard.lists.files import read_bundle
from tutela.prevent.guard.lists.frames import Order
from tutela.prevent.guard.person.folder import Folder

#: Lists that a device has at most: each takes a process of its own (our own).
LISTS_MAX: Final = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """One list in its place: 1 to ``LISTS_MAX``."""

    place: int
    folder: Folder

    @property
    def name(self) -> str:
        """The file of the list; those of trust and key are named after it."""
        return f"list-{self.place}"

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self.folder.path / self.name

    @property
    def there(self) -> bool:
        """Whether a list is in this place, in part at least."""
        return any((self.folder.path / name).exists() for name in (self.name, self._trust, self._key))

    def trust(self) -> Trust:
        """Whom this list is trusted by. Raises Unavailable where that is damaged."""
        try:
            return parse_trust(self.folder.read(self._trust) or b"")
        except ValueError as error:
            raise Unavailable("whom the list is trusted by cannot be read: add the list again") from error

    def prints_key(self) -> bytes:
        """The key of its PDQ values; empty for a list without any."""
        return self.folder.read(self._key) or b""

    def worker(self, clock: Clock) -> ListWorker:
        """Who answers from it. Raises Unavailable."""
        return ListWorker(self.path, self.trust(), prints_key=self.prints_key, clock=clock)

    def write(self, bundle: bytes, trust: Trust, prints_key: bytes) -> None:
        """Return once the list is kept. Killed in between, it is refused until it is added again."""
        if prints_key:
            self.folder.write(self._key, prints_key)
        elif self.prints_key():
            self.folder.remove(self._key)
        self.folder.write(self.name, bundle)
        self.folder.write(self._trust, render_trust(trust))

    def remove(self) -> None:
        """Return once nothing of it is left."""
        for name in (self.name, self._trust, self._key):
            self.folder.remove(name)

    @property
    def _trust(self) -> str:
        return f"{self.name}-trust"

    @property
    def _key(self) -> str:
        return f"{self.name}-key"


def kept_lists(folder: Folder) -> tuple[Kept, ...]:
    """The lists that are here, in their order."""
    return tuple(one for one in _places(folder) if one.there)


def _places(folder: Folder) -> Iterator[Kept]:
    return (Kept(place=place, folder=folder) for place in range(1, LISTS_MAX + 1))


def add_list(folder: Folder, bundle: bytes, trust: Trust, prints_key: bytes, clock: Clock) -> Content:
    """What the list says of itself, once it is kept. While it is opened, nobody waits for the folder.

    Raises as ``open_bundle`` for a list that this device may not use, Refused where no place is left.
    """
    content = opened(bundle, trust, prints_key, clock).header.content
    with folder.alone():
        place = _place_for(folder, content)
        kept = _number_of(place)
        if content.number < kept:
            raise Conflict(f"number {kept} of this list is here; this is the older number {content.number}")
        place.write(bundle, trust.at_least(content.number), prints_key)
        return content


def _number_of(place: Kept) -> int:
    """The number below which the list in this place was never taken; 0 where none is."""
    try:
        return place.trust().number_min
    except Unavailable:
        return 0


def _place_for(folder: Folder, content: Content) -> Kept:
    """The place of the same list in another version, or a free one."""
    free = None
    for one in _places(folder):
        if not one.there:
            free = free or one
        elif same_list(one, content):
            return one
    if free is None:
        raise Refused(f"at most {LISTS_MAX} lists: remove one first")
    return free


def same_list(kept: Kept, content: Content) -> bool:
    """Whether a version of this list is in that place: the publisher and the name are the same."""
    there = said(kept)
    return there is not None and (there.name, there.publisher) == (content.name, content.publisher)


def said(kept: Kept) -> Content | None:
    """What the list in that place says of itself, unchecked; None where it cannot be read.

    It was opened with every check before it was kept, and is opened again so before it is asked.
    """
    try:
        return take_apart(read_bundle(kept.path)[1]).header.content
    except (ValueError, TutelaError):
        return None


def opened(bundle: bytes, trust: Trust, prints_key: bytes, clock: Clock) -> Opened:
    """The list, opened once in a process of its own, which is ended. Raises as ``open_bundle``."""
    child = Child()
    try:
        return child.open(
            Order(now=clock.now(), trust=render_trust(trust), prints_key=prints_key, bundle=bundle)
        )
    except ChildGoneError as error:
        raise gone() from error
    finally:
        child.end()
