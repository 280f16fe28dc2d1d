"""Everything that can be wrong with the ledger: its rows, its tree, its checkpoints, its protection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise

from django.db import connection, models, transaction
from django.db.models.functions import Cast

from tutela.hotline.ledger import places
from tutela.hotline.ledger.entries import Columns, columns_of
from tutela.hotline.ledger.kept import text_of
from tutela.hotline.ledger.models import LedgerCheckpoint, LedgerEntry, LedgerNode
from tutela.hotline.ledger.store import OrmLogStore, as_bytes
from tutela.kernel.custody.fsck import Covers, Fault, fsck, signed_size
from tutela.kernel.custody.notes import NoteKey

#: Rows that are read at a time; our own.
_ROWS_AT_A_TIME = 1_000
#: Leaves whose hashes are read at a time: a power of two, so that few subtrees lie across (our own).
_PAGE_LEAVES = 1_024


def check_ledger(key: NoteKey, kept: Sequence[str] = ()) -> list[Fault]:
    """Everything that is wrong with the ledger; none means that it is whole, up to its last checkpoint.

    ``kept`` are checkpoints that stand elsewhere: files beside the database, and at witnesses. Faults name
    checkpoints by number from 0, those of the database first, then the kept ones. The whole log is read and
    hashed anew, from one moment of the database, while others go on writing.
    """
    with _one_moment():
        store = _ReadInPages()
        notes = list(store.checkpoints())
        over = Covers([*notes, *kept])
        return [
            *_wrong_rows(over),
            *_stray_nodes(store.size()),
            *fsck(store, key, kept),
            *_wrong_numbers(),
            *_wrong_order(notes),
            *_more_signatures(notes),
            *_not_stored(notes, kept),
        ]


class _ReadInPages(OrmLogStore):
    """The same store, its hashes read a page of leaves at a time, for who asks in the order of the leaves."""

    def __init__(self) -> None:
        self._page, self._hashes = -1, dict[int, bytes]()

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree; raises LookupError where it is missing."""
        page = (index << level) // _PAGE_LEAVES
        if 1 << level > _PAGE_LEAVES:
            return super().node(level, index)
        if page != self._page:
            self._page, self._hashes = page, _hashes_of(page * _PAGE_LEAVES, (page + 1) * _PAGE_LEAVES)
        return self._hashes[places.place_of(level, index)]


def _hashes_of(start: int, stop: int) -> dict[int, bytes]:
    """The stored hashes of these leaves, and of the subtrees that hold none but them, by place."""
    leaves = LedgerEntry.objects.filter(index__gte=start, index__lt=stop).values_list("index", "leaf_hash")
    above = LedgerNode.objects.filter(place__gte=2 * start, place__lt=2 * stop).values_list("place", "hash")
    found = {place: as_bytes(value) for place, value in above if place % 2}
    return found | {places.place_of(0, index): as_bytes(value) for index, value in leaves}


def describe_checkpoints() -> dict[str, int]:
    """How many entries and checkpoints the database holds."""
    return {"entries": LedgerEntry.objects.count(), "checkpoints": LedgerCheckpoint.objects.count()}


@contextmanager
def _one_moment() -> Iterator[None]:
    """A block that reads the database as it is at its beginning; a test may be in a transaction already."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:  # atomic() would begin IMMEDIATE and let nobody write meanwhile
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def _wrong_rows(over: Covers) -> Iterator[Fault]:
    next_index = 0
    for index, leaf, at, *columns in _rows():
        if index != next_index:
            last = f" to {index - 1}" if index - 1 > next_index else ""
            yield _entry_fault(next_index, f"entry {next_index}{last} is missing", over)
        if not _repeats(as_bytes(leaf), at, columns):
            yield _entry_fault(index, f"the columns of entry {index} do not say what its leaf says", over)
        next_index = index + 1


def _entry_fault(index: int, sentence: str, over: Covers) -> Fault:
    return Fault(what="entry", checkpoint=over.first(index), sentence=sentence)


def _rows() -> Iterable[tuple[int, object, object, object, object, object, object]]:
    """The time as text: an intruder may have left there what is no time."""
    text = Cast("at", models.TextField())
    rows = LedgerEntry.objects.order_by("index").annotate(time=text)
    return rows.values_list("index", "leaf", "time", "act", "actor_kind", "actor", "subject").iterator(
        _ROWS_AT_A_TIME
    )


def _repeats(leaf: bytes, at: object, columns: Sequence[object]) -> bool:
    said = columns_of(leaf)
    return tuple(columns) == (said.act, said.actor_kind, said.actor, said.subject) and _is_time(said, at)


def _is_time(said: Columns, at: object) -> bool:
    if at is None or said.at is None:
        return at is None and said.at is None
    try:
        found = datetime.fromisoformat(str(at))
    except ValueError:
        return False
    return (found if found.tzinfo else found.replace(tzinfo=UTC)) == said.at


def _stray_nodes(size: int) -> Iterator[Fault]:
    """Hashes that no leaf has completed yet: the next entry could not be written."""
    for place in LedgerNode.objects.order_by("place").values_list("place", flat=True).iterator():
        level, index = places.subtree_at(place) if place >= 0 else (0, 0)
        if level == 0 or (index + 1) << level > size:
            yield Fault(
                what="node", checkpoint=None, sentence=f"the hash at place {place} belongs to nothing"
            )


def _wrong_numbers() -> Iterator[Fault]:
    numbers = LedgerCheckpoint.objects.order_by("number").values_list("number", flat=True)
    for wanted, number in enumerate(numbers):
        if number != wanted:
            yield Fault(
                what="signature",
                checkpoint=wanted,
                sentence=f"checkpoint {wanted} is missing in the database",
            )
            return


def _wrong_order(notes: Sequence[str]) -> Iterator[Fault]:
    """Each checkpoint speaks of more leaves than the one before: nothing else shows a copy or an exchange."""
    sizes = [signed_size(note) for note in notes]
    for number, (before, size) in enumerate(pairwise(sizes), 1):
        if size <= before:
            yield Fault(
                what="size", checkpoint=number, sentence=f"{size} leaves were signed after {before} already"
            )


def _more_signatures(notes: Sequence[str]) -> Iterator[Fault]:
    """The database holds what the log itself signed, and cosignatures stand in files."""
    for number, note in enumerate(notes):
        lines = note.rpartition("\n\n")[2].count("\n")
        if lines > 1:
            yield Fault(
                what="signature", checkpoint=number, sentence=f"has {lines} signatures; the log made one"
            )


def _not_stored(notes: Sequence[str], kept: Sequence[str]) -> Iterator[Fault]:
    """A checkpoint is stored before anybody is shown it."""
    texts = {text_of(note) for note in notes}
    for number, note in enumerate(kept, len(notes)):
        if text_of(note) not in texts:
            yield Fault(
                what="signature", checkpoint=number, sentence="this kept checkpoint is not in the database"
            )
