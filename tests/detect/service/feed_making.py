"""Lists, recipients and a client for the tests of the list feed."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tutela.detect.matching.live import LiveList
from tutela.detect.matching.live_writer import LiveWriter, create_live
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.service.roles import Caller, Role
from tutela.detect.service.shelf_list import ShelfList
from tutela.detect.service.standing import Standing
from tutela.kernel.clock import Clock

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def pdq_value(number: int) -> bytes:
    """A value as PDQ makes them: 128 of 256 bits set."""
    places = random.Random(number).sample(range(256), 128)
    return sum(1 << place for place in places).to_bytes(32)


def md5_value(number: int) -> bytes:
    return hashlib.md5(str(number).encode(), usedforsecurity=False).digest()


def pdq_entry(number: int, **fields: object) -> ListEntry:
    return ListEntry(entry=f"ent-{number}", kind="pdq", value=pdq_value(number), **fields)  # type: ignore[arg-type]  # fields by name


def md5_entry(number: int, **fields: object) -> ListEntry:
    return ListEntry(entry=f"ent-{number}", kind="md5", value=md5_value(number), **fields)  # type: ignore[arg-type]  # fields by name


def header_of(name: str, **fields: object) -> ListHeader:
    return ListHeader(name=name, version="1", created=START, **fields)  # type: ignore[arg-type]  # fields by name


def recipient(*feeds: str, name: str = "platform", roles: Iterable[Role] = ()) -> Caller:
    return Caller(name=name, roles=frozenset(roles), purpose="to keep copies away", feeds=frozenset(feeds))


@dataclass(kw_only=True, slots=True)
class FolderShelf:
    """The lists of a folder as ``shelf.Shelf`` gives them; all of them answer."""

    folder: Path
    clock: Clock
    silent: dict[str, datetime | None] = field(default_factory=dict)

    def writer(self, name: str, *entries: ListEntry, **fields: object) -> LiveWriter:
        """A new list of this name, open for writing."""
        return create_live(self.folder / name, header_of(name, **fields), entries)

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())

    def named(self, names: Iterable[str]) -> tuple[ShelfList, ...]:
        standing = Standing(born=1, change=len(self.silent), disabled=self.silent)
        return tuple(ShelfList(name, LiveList(self.folder / name), standing, self.clock) for name in names)
