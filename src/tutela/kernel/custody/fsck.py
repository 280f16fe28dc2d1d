"""Checks a whole log against itself and against checkpoints that others kept (fault FI-23)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from tutela.kernel.custody import merkle
from tutela.kernel.custody.checkpoints import checked
from tutela.kernel.custody.notes import NoteKey, parse
from tutela.kernel.custody.transparency import LogStore, MemoryLogStore, rebuilt

#: What can be wrong: a node, a checkpoint's form or signature, its size, its root.
What = Literal["node", "signature", "size", "root"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One finding. ``checkpoint`` is the number (from 0) of the checkpoint that shows it, None for a node."""

    what: What
    checkpoint: int | None
    sentence: str


def fsck(store: LogStore, key: NoteKey, kept: Iterable[str] = ()) -> list[Fault]:
    """Everything that is wrong with the log, nodes first; none means that it is whole.

    ``kept`` are signed checkpoints that witnesses hold. Only those can show that the newest leaves and the
    checkpoints over them were cut off together, or that the log's own key signed another history.
    """
    anew = rebuilt(store.leaves())
    return [*_wrong_nodes(store, anew), *_wrong_checkpoints([*store.checkpoints(), *kept], anew, key)]


def _wrong_nodes(store: LogStore, anew: MemoryLogStore) -> Iterator[Fault]:
    for (level, index), value in anew.hashes.items():
        try:
            right = store.node(level, index) == value
        except LookupError:
            right = False
        if not right:
            first, last = index << level, ((index + 1) << level) - 1
            yield Fault(
                what="node", checkpoint=None, sentence=f"the hash over leaves {first} to {last} is not theirs"
            )


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
