"""The transparency log: leaves that are only ever added, and checkpoints that never contradict each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tutela.kernel.custody import merkle
from tutela.kernel.custody.checkpoints import Checkpoint, checked
from tutela.kernel.custody.merkle import Node
from tutela.kernel.custody.notes import Note, NoteKey, parse, sign
from tutela.kernel.errors import Refused


class LogStore(Protocol):
    """Where a log stands. One writer at a time; ``add`` is part of the transaction of what it records."""

    def size(self) -> int:
        """Number of leaves."""
        ...

    def add(self, leaf: bytes, nodes: Sequence[Node]) -> None:
        """Stores the next leaf and the nodes that it completes, all or none."""
        ...

    def leaves(self) -> Iterator[bytes]:
        """Every leaf, the first one first."""
        ...

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree; raises LookupError where it is missing."""
        ...

    def add_checkpoint(self, note: str) -> None:
        """Stores a signed checkpoint behind the earlier ones."""
        ...

    def checkpoints(self) -> Iterator[str]:
        """Every signed checkpoint, the oldest first."""
        ...

    def last_checkpoint(self) -> str | None:
        """The newest signed checkpoint; None where nothing was signed yet."""
        ...


@dataclass(kw_only=True)
class MemoryLogStore:
    """The fake: everything in lists, open to whoever wants to tamper with it in a test."""

    rows: list[bytes] = field(default_factory=list)
    hashes: dict[tuple[int, int], bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def size(self) -> int:
        """Number of leaves."""
        return len(self.rows)

    def add(self, leaf: bytes, nodes: Sequence[Node]) -> None:
        """Stores the next leaf and the nodes that it completes."""
        self.rows.append(leaf)
        self.hashes |= {(level, index): value for level, index, value in nodes}

    def leaves(self) -> Iterator[bytes]:
        """Every leaf, the first one first."""
        yield from self.rows

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree; raises KeyError."""
        return self.hashes[level, index]

    def add_checkpoint(self, note: str) -> None:
        """Stores a signed checkpoint."""
        self.notes.append(note)

    def checkpoints(self) -> Iterator[str]:
        """Every signed checkpoint, the oldest first."""
        yield from self.notes

    def last_checkpoint(self) -> str | None:
        """The newest signed checkpoint, or None."""
        return self.notes[-1] if self.notes else None


@dataclass(frozen=True, kw_only=True)
class TransparencyLog:
    """The log called ``origin`` over a store, signed under the name ``origin``."""

    origin: str
    store: LogStore
    key: Ed25519PrivateKey

    @property
    def public_key(self) -> NoteKey:
        """The key that readers and witnesses check with."""
        return NoteKey(name=self.origin, public_key=self.key.public_key().public_bytes_raw())

    def append(self, leaf: bytes) -> int:
        """The number of the new leaf, counted from 0."""
        size = self.store.size()
        self.store.add(leaf, merkle.added(self.store, size, leaf))
        return size

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The audit path of a leaf in the tree of ``size`` leaves. Raises ValueError."""
        return merkle.inclusion(self.store, index, size)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the log of ``old`` leaves is the beginning of that of ``new``. Raises ValueError."""
        return merkle.consistency(self.store, old, new)

    def checkpoint(self) -> Note:
        """A signed checkpoint of the log as it is, stored; the last one again where nothing came since.

        Raises Refused where it would contradict the last one: a log never signs two histories.
        """
        size, earlier = self.store.size(), self._last()
        here = Checkpoint(origin=self.origin, size=size, root=merkle.root(self.store, size))
        if earlier is not None:
            last = checked(earlier, self.public_key, self.origin)
            if last == here:
                return earlier
            self._refuse_contradiction(last, here)
        note = sign(here.text(), self.origin, self.key)
        self.store.add_checkpoint(str(note))
        return note

    def _last(self) -> Note | None:
        newest = self.store.last_checkpoint()
        return None if newest is None else parse(newest)

    def _refuse_contradiction(self, last: Checkpoint, here: Checkpoint) -> None:
        if last.size <= here.size:
            proof = self.consistency(last.size, here.size)
            if merkle.is_beginning(last.size, last.root, here.size, here.root, proof):
                return
        raise Refused(f"the log of {here.size} leaves contradicts its checkpoint at {last.size}")


def rebuilt(leaves: Iterable[bytes]) -> MemoryLogStore:
    """A store in memory with these leaves and their nodes, made anew."""
    store = MemoryLogStore()
    for leaf in leaves:
        store.add(leaf, merkle.added(store, store.size(), leaf))
    return store
