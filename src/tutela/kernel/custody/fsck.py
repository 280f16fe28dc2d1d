"""Checks a whole log against itself and against checkpoints that others kept (fault FI-23)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate
from typing import Literal

from tutela.kernel.custody import merkle
from tutela.kernel.custody.checkpoints import Checkpoint, checked
from tutela.kernel.custody.notes import NoteKey, parse
from tutela.kernel.custody.transparency import LogStore

#: What can be wrong: an entry's row, a node, a checkpoint's form or signature, its size, its root.
What = Literal["entry", "node", "signature", "size", "root"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One finding. ``checkpoint`` is the number (from 0) of the checkpoint that shows it, or None."""

    what: What
    checkpoint: int | None
    sentence: str


def fsck(store: LogStore, key: NoteKey, kept: Iterable[str] = ()) -> list[Fault]:
    """Everything that is wrong with the log, nodes first; none means that it is whole.

    ``kept`` are signed checkpoints that witnesses hold. Only those can show that the newest leaves and the
    checkpoints over them were cut off together, or that the log's own key signed another history. The log is
    read once from its beginning; memory holds some 60 hashes of it, and the checkpoints.
    """
    notes = [*store.checkpoints(), *kept]
    anew = _Anew(store, Covers(notes), frozenset(map(signed_size, notes)))
    nodes = list(anew.wrong_nodes())
    return [*nodes, *_wrong_checkpoints(notes, anew, key)]


class Covers:
    """Which checkpoint is the first that speaks of a leaf; sizes are taken as they are signed, unchecked."""

    def __init__(self, notes: Iterable[str]) -> None:
        self._sizes = list(accumulate(map(signed_size, notes), max))

    def first(self, leaf: int) -> int | None:
        """The number (from 0) of the first checkpoint over this leaf; None where none is."""
        number = bisect_right(self._sizes, leaf)
        return number if number < len(self._sizes) else None


def signed_size(untrusted_note: str) -> int:
    """The size that a checkpoint speaks of, its signature unchecked; 0 for what is none."""
    try:
        return Checkpoint.read(parse(untrusted_note).text).size
    except ValueError:
        return 0


class _Anew:
    """The tree made anew from the leaves: its size, and its roots at the sizes that somebody signed."""

    def __init__(self, store: LogStore, over: Covers, wanted: Collection[int]) -> None:
        self.size = 0
        self.roots = {0: merkle.EMPTY_ROOT}
        self._store, self._over, self._wanted = store, over, wanted
        #: Hashes of the largest complete subtrees from left to right, as in the binary form of the size.
        self._subtrees: list[bytes] = []

    def wrong_nodes(self) -> Iterator[Fault]:
        """A fault for each stored hash that is not its leaves'; afterwards size and roots are known."""
        for leaf in self._store.leaves():
            yield from self._added(merkle.leaf_hash(leaf))
            if self.size in self._wanted:
                self.roots[self.size] = self._root()

    def _added(self, value: bytes) -> Iterator[Fault]:
        level, index = 0, self.size
        yield from self._checked(level, index, value)
        while index & 1:
            value = merkle.node_hash(self._subtrees.pop(), value)
            level, index = level + 1, index >> 1
            yield from self._checked(level, index, value)
        self._subtrees.append(value)
        self.size += 1

    def _checked(self, level: int, index: int, value: bytes) -> Iterator[Fault]:
        try:
            right = self._store.node(level, index) == value
        except LookupError:
            right = False
        if not right:
            first, last = index << level, ((index + 1) << level) - 1
            sentence = f"the hash over leaves {first} to {last} is not theirs"
            yield Fault(what="node", checkpoint=self._over.first(last), sentence=sentence)

    def _root(self) -> bytes:
        return reduce(lambda right, left: merkle.node_hash(left, right), reversed(self._subtrees))


def _wrong_checkpoints(notes: Iterable[str], anew: _Anew, key: NoteKey) -> Iterator[Fault]:
    right_size = 0
    for number, untrusted_note in enumerate(notes):
        try:
            found = checked(parse(untrusted_note), key, key.name)
        except ValueError as error:
            yield Fault(what="signature", checkpoint=number, sentence=str(error))
            continue
        if found.size > anew.size:
            yield Fault(
                what="size",
                checkpoint=number,
                sentence=f"{found.size} leaves were signed, {anew.size} are there",
            )
        elif anew.roots[found.size] != found.root:
            yield Fault(
                what="root",
                checkpoint=number,
                sentence=f"a leaf after {right_size} and up to {found.size} is not the one that was signed",
            )
        else:
            right_size = max(right_size, found.size)
