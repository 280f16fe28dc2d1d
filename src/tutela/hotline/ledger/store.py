"""The log's store on Django's ORM: what is added here is part of the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection, transaction

from tutela.hotline.ledger.entries import Columns, columns_of
from tutela.hotline.ledger.models import LedgerCheckpoint, LedgerEntry, LedgerNode
from tutela.hotline.ledger.places import place_of
from tutela.kernel.custody import merkle
from tutela.kernel.custody.merkle import Node
from tutela.kernel.errors import Unavailable

#: Number of PostgreSQL's advisory lock that orders the writers of the log: "tutelalg" in ASCII (our own).
LOCK = int.from_bytes(b"tutelalg", "big")
#: What every act of the hotline asks and writes, written out: Django's builder took four fifths of the time
#: (0.4 ms an entry, sixteen entries a report; our own measurement). The rest goes by the models.
_NEWEST = "SELECT leaf_index, leaf_hash FROM ledger_ledgerentry ORDER BY leaf_index DESC LIMIT 1"
_NODES = "SELECT place, hash FROM ledger_ledgernode WHERE place IN"
_ENTRY = (
    "INSERT INTO ledger_ledgerentry (leaf_index, leaf, leaf_hash, act, actor_kind, actor, subject, at)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)
_NODE = "INSERT INTO ledger_ledgernode (place, hash) VALUES "
#: Rows that are read at a time; our own, a few hundred kilobytes.
_ROWS_AT_A_TIME = 1_000


def take_turn() -> None:
    """Returns when this transaction alone may add to the log, until it ends.

    On SQLite every transaction that is IMMEDIATE writes alone anyway. Raises TransactionManagementError
    outside of a transaction: an act and its entry are written together or not at all.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "the ledger is written in the transaction of the act that it records: transaction.atomic()"
        )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def append(leaf: bytes, columns: Columns) -> int:
    """The index of the new leaf, in the caller's transaction; two to four statements of SQL.

    Raises TransactionManagementError outside of a transaction, Unavailable where the tree is damaged.
    """
    take_turn()
    newest = _asked(_NEWEST)
    size = 0 if not newest else int(newest[0][0]) + 1
    try:
        nodes = merkle.added(_Left(size, as_bytes(newest[0][1]) if newest else None), size, leaf)
    except LookupError as error:
        raise Unavailable("the ledger lacks a hash, so nothing can be recorded: tutela log fsck") from error
    _insert(leaf, columns, nodes)
    return size


class _Left:
    """The subtrees to the left that the leaf number ``size`` completes, read in one statement."""

    def __init__(self, size: int, newest_hash: bytes | None) -> None:
        self._found: dict[tuple[int, int], bytes] = {}
        ones = (size ^ (size + 1)).bit_length() - 1  # how many trailing bits of size are 1
        if newest_hash is not None:
            self._found[0, size - 1] = newest_hash
        wanted = {
            place_of(level, (size >> level) - 1): (level, (size >> level) - 1) for level in range(1, ones)
        }
        if wanted:
            rows = _asked(f"{_NODES} ({', '.join(['%s'] * len(wanted))})", list(wanted))
            self._found |= {wanted[place]: as_bytes(value) for place, value in rows}

    def node(self, level: int, index: int) -> bytes:
        return self._found[level, index]


def _insert(leaf: bytes, columns: Columns, nodes: Sequence[Node]) -> None:
    (_, size, leaf_hash), *above = nodes
    at = connection.ops.adapt_datetimefield_value(columns.at) if columns.at else None
    said = (columns.act, columns.actor_kind, columns.actor, columns.subject, at)
    with connection.cursor() as cursor:
        cursor.execute(_ENTRY, [size, leaf, leaf_hash, *said])
        if above:
            told = [fact for level, index, value in above for fact in (place_of(level, index), value)]
            cursor.execute(_NODE + ", ".join(["(%s, %s)"] * len(above)), told)


def _asked(statement: str, told: Sequence[Any] = ()) -> list[Any]:
    """The rows of an answer."""
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        return list(cursor.fetchall())


class OrmLogStore:
    """``kernel.custody.transparency.LogStore`` on the hotline's database."""

    def size(self) -> int:
        """Number of leaves."""
        newest = LedgerEntry.objects.order_by("-index").values_list("index", flat=True).first()
        return 0 if newest is None else newest + 1

    def add(self, leaf: bytes, nodes: Sequence[Node]) -> None:
        """Stores the next leaf and the nodes that it completes, in the caller's transaction."""
        take_turn()
        _insert(leaf, columns_of(leaf), nodes)

    def leaves(self) -> Iterator[bytes]:
        """Every leaf, the first one first."""
        rows = LedgerEntry.objects.order_by("index").values_list("leaf", flat=True)
        return (as_bytes(leaf) for leaf in rows.iterator(_ROWS_AT_A_TIME))

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree; raises LookupError where it is missing."""
        if level == 0:
            found = LedgerEntry.objects.filter(index=index).values_list("leaf_hash", flat=True).first()
        else:
            place = place_of(level, index)
            found = LedgerNode.objects.filter(place=place).values_list("hash", flat=True).first()
        if found is None:
            raise LookupError("the ledger has no such node")
        return as_bytes(found)

    def add_checkpoint(self, note: str) -> None:
        """Stores a signed checkpoint, in the caller's transaction."""
        take_turn()
        newest = LedgerCheckpoint.objects.order_by("-number").values_list("number", flat=True).first()
        LedgerCheckpoint.objects.create(number=0 if newest is None else newest + 1, note=note)

    def checkpoints(self) -> Iterator[str]:
        """Every signed checkpoint, the oldest first."""
        rows = LedgerCheckpoint.objects.order_by("number").values_list("note", flat=True)
        return (str(note) for note in rows.iterator(_ROWS_AT_A_TIME))

    def last_checkpoint(self) -> str | None:
        """The newest signed checkpoint; None where nothing was signed yet."""
        newest = LedgerCheckpoint.objects.order_by("-number").values_list("note", flat=True).first()
        return None if newest is None else str(newest)


def as_bytes(value: object) -> bytes:
    """The bytes of a column; an intruder may have left text or a number in SQLite's."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    return str(value).encode("utf-8", "surrogateescape")
