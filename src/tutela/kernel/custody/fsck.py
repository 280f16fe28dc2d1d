"""Checks a whole log against itself and against checkpoints that others kept (fault FI-23)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from tutela.kernel.custody import merkle
from tutela.kernel.custody.checkpoints import Checkpoint, checked
from tutela.kernel.custody.notes import NoteKey, parse
from tutela.kernel.custody.transparency import LogStore, MemoryLogStore, rebuilt

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
    checkpoints over them were cut off together, or that the log's own key signed another history.
    """
    anew = rebuilt(store.leaves())
    notes = [*store.checkpoints(), *kept]
    over = Covers(notes)
    return [*_wrong_nodes(store, anew, over), *_wrong_checkpoints(notes, anew, key)]


class Covers:
    """Which checkpoint is the first that speaks of a leaf; sizes are taken as they are signed, unchecked."""

    def __init__(self, notes: Iterable[str]) -> None:
        self._sizes = [(signed_size(note), number) for number, note in enumerate(notes)]

    def first(self, leaf: int) -> int | None:
        """The number (from 0) of the first checkpoint over this leaf; None where none is."""
        return min((number for size, number in self._sizes if size > leaf), default=None)


def signed_size(untrusted_note: str) -> int:
    """The size that a checkpoint speaks of, its signature unchecked; 0 for what is none."""
    try:
        return Checkpoint.read(parse(untrusted_note).text).size
    except ValueError:
        return 0


def _wrong_nodes(store: LogStore, anew: MemoryLogStore, over: Covers) -> Iterator[Fault]:
    for (level, index), value in anew.hashes.items():
        try:
            right = store.node(level, index) == value
        except LookupError:
            right = False
        if not right:
            first, last = index << level, ((index + 1) << level) - 1
            sentence = f"the hash over leaves {first} to {last} is not theirs"
            yield Fault(what="node", checkpoint=over.first(last), sentence=sentence)


def _wrong_checkpoints(notes: Iterable[str], anew: MemoryLogStore, key: NoteKey) -> Iterator[Fault]:
    right_size = 0
    for number, untrusted_note in enumerate(notes):
        try:
            found = checked(parse(untrusted_note), key, key.name)
        except ValueError as error:
            yield Fault(what="signature", checkpoint=number, sentence=str(error))
            continue
        if found.size > anew.size():
            yield Fault(
                what="size",
                checkpoint=number,
                sentence=f"{found.size} leaves were signed, {anew.size()} are there",
            )
        elif merkle.root(anew, found.size) != found.root:
            yield Fault(
                what="root",
                checkpoint=number,
                sentence=f"a leaf after {right_size} and up to {found.size} is not the one that was signed",
            )
        else:
            right_size = max(right_size, found.size)
