"""Is a known picture found again: its own bytes and each kind of copy; and is nothing else, nor for ever."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tutela.detect.service.conformance.kit import Kit, Known
from tutela.detect.service.conformance.results import Outcome
from tutela.detect.service.conformance.shapes.contract import Entry, Misbehaved

#: Number of the first stranger that ``removed`` adds: far from those that are asked as strangers.
REMOVED_FROM = 100_000
#: Entries of the list that loses one: a matcher may hold a list that loses more than a twentieth at once.
REMOVED_OF = 25


def same_bytes(kit: Kit) -> Iterator[Outcome]:
    """How many of the known pictures are found by their own bytes."""
    known = kit.known()
    yield Outcome(
        title="the same bytes are found", found=sum(map(kit.finds, known)), total=len(known)
    )  # fmt: skip


def altered_copies(kit: Kit) -> Iterator[Outcome]:
    """One outcome for each kind of copy: how many of the pictures are found."""
    known = kit.known()
    for variant in kit.samples.variants:
        finds = [_finds_copy(kit, one, variant) for one in known]
        refused = finds.count(None)
        words = f"{refused} answered with an error" if refused else ""
        yield Outcome(title=variant, found=finds.count(True), total=len(finds), words=words)


def _finds_copy(kit: Kit, known: Known, variant: str) -> bool | None:
    """Whether the copy is found; None when the question is answered with an error."""
    try:
        return kit.subject.ask_picture(kit.samples.copy(known.number, variant)).names(known.entry)
    except Misbehaved:
        return None


def _finds(kit: Kit, picture: bytes, entry: Entry) -> bool:
    return kit.subject.ask_picture(picture).names(entry)


def strangers(kit: Kit) -> Iterator[Outcome]:
    """How many unrelated pictures are *not* found in the kit's list."""
    known = kit.known()
    listed = known[0].entry.list
    clean = sum(
        not kit.subject.ask_picture(kit.samples.stranger(number)).meets(listed)
        for number in range(len(known))
    )
    yield Outcome(title="unrelated pictures are not found", found=clean, total=len(known))


def removed(kit: Kit) -> Iterator[Outcome]:
    """Whether an entry that was removed is found no more, and its neighbour still is."""
    title, listed = "a removed entry is not found", kit.open_list("removed")
    pictures = [kit.samples.stranger(REMOVED_FROM + number) for number in range(REMOVED_OF)]
    entries = [kit.subject.add_picture(listed, f"removed-{n}", one) for n, one in enumerate(pictures)]
    ends = [partial(_finds, kit, pictures[n], entries[n]) for n in (0, -1)]
    if not kit.reached_all(ends):
        yield Outcome(title=title, found=0, total=1, words=kit.never("what was added"))
        return
    first, entry = pictures[0], entries[0]
    kit.subject.remove(entry)
    seconds = kit.seconds_until(lambda: not kit.subject.ask_picture(first).meets(listed))
    words = f"still found after {kit.options.wait_seconds:g} seconds" if seconds is None else ""
    yield Outcome(title=title, found=int(seconds is not None), total=1, words=words)
    stays = kit.subject.ask_picture(pictures[-1]).names(entries[-1])
    yield Outcome(title="its neighbour is still found", found=int(stays), total=1)
