"""Ways to change a ledger behind its back: what whoever rules the database can do, with and without care."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from tutela.hotline.ledger import triggers
from tutela.hotline.ledger.entries import Columns, columns_of, parse
from tutela.hotline.ledger.places import place_of, subtree_at
from tutela.kernel.custody import merkle
from tutela.kernel.custody.checkpoints import Checkpoint, cosign
from tutela.kernel.custody.fsck import signed_size
from tutela.kernel.custody.note_keys import SigningKey
from tutela.kernel.custody.notes import parse as parse_note
from tutela.kernel.custody.notes import sign
from tutela.kernel.custody.transparency import rebuilt

COLUMNS = ("leaf_index", "leaf", "leaf_hash", "act", "actor_kind", "actor", "subject", "at")
TABLES = {
    "ledger_ledgerentry": COLUMNS,
    "ledger_ledgernode": ("place", "hash"),
    "ledger_ledgercheckpoint": ("number", "note"),
}


@dataclass(kw_only=True)
class State:
    """The three tables as they stand: rows by primary key, in the order of ``TABLES``."""

    tables: dict[str, dict[int, tuple[Any, ...]]]

    @property
    def entries(self) -> dict[int, tuple[Any, ...]]:
        return self.tables["ledger_ledgerentry"]

    @property
    def nodes(self) -> dict[int, tuple[Any, ...]]:
        return self.tables["ledger_ledgernode"]

    @property
    def notes(self) -> dict[int, tuple[Any, ...]]:
        return self.tables["ledger_ledgercheckpoint"]

    def leaves(self) -> list[bytes]:
        return [self.entries[index][1] for index in sorted(self.entries)]

    def sizes(self) -> list[int]:
        return [signed_size(self.notes[number][1]) for number in sorted(self.notes)]

    def rewrite(self, leaves: list[bytes]) -> None:
        """Entries and every hash over them made anew, as a thorough forger does."""
        anew = rebuilt(leaves)
        self.tables["ledger_ledgerentry"] = {
            index: (index, leaf, anew.hashes[0, index], *_columns(columns_of(leaf)))
            for index, leaf in enumerate(leaves)
        }
        self.tables["ledger_ledgernode"] = {
            place_of(*key): (place_of(*key), value) for key, value in anew.hashes.items() if key[0]
        }

    def sign_anew(self, key: SigningKey, sizes: list[int]) -> None:
        """The checkpoints of these sizes signed again, as who stole the log's key does."""
        anew = rebuilt(self.leaves())
        self.tables["ledger_ledgercheckpoint"] = {
            number: (number, _note(key, size, merkle.root(anew, size))) for number, size in enumerate(sizes)
        }


def _columns(said: Columns) -> tuple[Any, ...]:
    at = None if said.at is None else connection.ops.adapt_datetimefield_value(said.at)
    return said.act, said.actor_kind, said.actor, said.subject, at


def _note(key: SigningKey, size: int, root: bytes) -> str:
    return str(sign(Checkpoint(origin=key.name, size=size, root=root).text(), key.name, key.private))


def read_state() -> State:
    """The tables as raw SQL gives them."""
    tables = {}
    with connection.cursor() as cursor:
        for table, columns in TABLES.items():
            cursor.execute(f"SELECT {', '.join(columns)} FROM {table}")
            tables[table] = {row[0]: tuple(map(_plain, row)) for row in cursor.fetchall()}
    return State(tables=tables)


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def write_state(before: State, after: State) -> None:
    """Changes the tables by SQL, the triggers dropped meanwhile; they stand again afterwards."""
    triggers.remove(connection)
    with connection.cursor() as cursor:
        for table, columns in TABLES.items():
            _write(cursor, table, columns, before.tables[table], after.tables[table])
    triggers.create(connection)


def _write(
    cursor: CursorWrapper, table: str, columns: tuple[str, ...], old: dict[int, Any], new: dict[int, Any]
) -> None:
    key = columns[0]
    gone = [(one,) for one in old if old[one] != new.get(one)]
    come = [new[one] for one in new if new[one] != old.get(one)]
    cursor.executemany(f"DELETE FROM {table} WHERE {key} = %s", gone)
    marks = ", ".join(["%s"] * len(columns))
    cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", come)


@dataclass(kw_only=True)
class Hand:
    """Who tampers: with chance, with copies of older states, perhaps with the log's own key."""

    chance: random.Random
    older: list[State]
    key: SigningKey
    #: The first leaf that is not what it was; None where no leaf or no checkpoint can be named.
    first_leaf: int | None = None
    #: The number of the checkpoint that was changed.
    note: int | None = None

    def leaf(self, state: State) -> int:
        self.first_leaf = self.chance.choice(sorted(state.entries))
        return self.first_leaf

    def checkpoint(self, state: State) -> int:
        self.note = self.chance.choice(sorted(state.notes))
        return self.note


def _other_leaf(leaf: bytes, hand: Hand) -> bytes:
    """A right entry that says something else; a step of custody becomes that of another object."""
    entry = parse(leaf)
    if entry is None:
        at = leaf.index(b'"blob":"blb_') + len(b'"blob":"blb_')
        return leaf[:at] + b"%032d" % hand.chance.randrange(1 << 40) + leaf[at + 32 :]
    return replace(entry, facts={**entry.facts, "number": hand.chance.randrange(1 << 40)}).leaf()


def edited_leaf(state: State, hand: Hand) -> None:
    index = hand.leaf(state)
    row = state.entries[index]
    leaf = bytearray(row[1])
    leaf[hand.chance.randrange(len(leaf))] ^= 1 << hand.chance.randrange(8)
    state.entries[index] = (index, bytes(leaf), *row[2:])


def edited_leaf_with_its_hash(state: State, hand: Hand) -> None:
    edited_leaf(state, hand)
    index, leaf, _, *rest = state.entries[hand.first_leaf or 0]
    state.entries[index] = (index, leaf, merkle.leaf_hash(leaf), *rest)


def forged_entry(state: State, hand: Hand) -> None:
    leaves, index = state.leaves(), hand.leaf(state)
    leaves[index] = hand.chance.choice([_other_leaf(leaves[index], hand), b"{}", b""])
    if leaves[index] == state.entries[index][1]:
        leaves[index] = b"{}"
    state.rewrite(leaves)


def edited_column(state: State, hand: Hand) -> None:
    index = hand.leaf(state)
    row = list(state.entries[index])
    column = hand.chance.randrange(2, len(COLUMNS))
    if COLUMNS[column] == "leaf_hash":
        row[column] = hand.chance.randbytes(32)
    elif COLUMNS[column] == "at":
        others = [one[column] for one in state.entries.values() if one[column] != row[column]]
        row[column] = hand.chance.choice([*others, None])
    else:
        row[column] = hand.chance.choice([one for one in ("", "desk", "x") if one != row[column]])
    state.entries[index] = tuple(row)


def dropped_entry(state: State, hand: Hand) -> None:
    del state.entries[hand.leaf(state)]


def dropped_entry_closed_up(state: State, hand: Hand) -> None:
    leaves, index = state.leaves(), hand.leaf(state)
    state.rewrite([*leaves[:index], *leaves[index + 1 :]])


def _swapped(state: State, hand: Hand) -> list[bytes]:
    one, other = sorted(hand.chance.sample(sorted(state.entries), 2))
    hand.first_leaf = one
    leaves = state.leaves()
    leaves[one], leaves[other] = leaves[other], leaves[one]
    return leaves


def swapped_entries(state: State, hand: Hand) -> None:
    nodes = dict(state.nodes)
    state.rewrite(_swapped(state, hand))
    state.tables["ledger_ledgernode"] = nodes


def swapped_entries_hashed_anew(state: State, hand: Hand) -> None:
    state.rewrite(_swapped(state, hand))


def inserted_entry(state: State, hand: Hand) -> None:
    leaves, index = state.leaves(), hand.leaf(state)
    state.rewrite([*leaves[:index], _other_leaf(leaves[index], hand) + b" ", *leaves[index:]])


def cut_off(state: State, hand: Hand) -> None:
    """The newest entries, their hashes and the checkpoints over them: a whole older ledger."""
    size = hand.chance.randrange(len(state.entries))
    kept = [number for number, signed in enumerate(state.sizes()) if signed <= size]
    state.rewrite(state.leaves()[:size])
    state.tables["ledger_ledgercheckpoint"] = {number: state.notes[number] for number in kept}


def rolled_back(state: State, hand: Hand) -> None:
    state.tables = copy.deepcopy(hand.chance.choice(hand.older).tables)


def rolled_back_and_gone_on(state: State, hand: Hand) -> None:
    """Back to an older copy, other entries from there, checkpoints signed with the log's own key."""
    end = len(state.entries)
    rolled_back(state, hand)
    sizes, leaves = state.sizes(), state.leaves()
    while len(leaves) < end + 5:
        leaves.append(b'{"kind":"tutela act 1","number":%d}' % hand.chance.randrange(1 << 40))
    state.rewrite(leaves)
    notes = dict(state.notes)
    state.sign_anew(hand.key, [*sizes, end, len(leaves)])
    state.tables["ledger_ledgercheckpoint"] |= notes


def history_signed_anew(state: State, hand: Hand) -> None:
    sizes = state.sizes()
    forged_entry(state, hand)
    state.sign_anew(hand.key, sizes)
    hand.first_leaf = None  # its own checkpoints agree with it: only the witness's does not


def _node(state: State, hand: Hand) -> int:
    place = hand.chance.choice(sorted(state.nodes))
    level, index = subtree_at(place)
    hand.first_leaf = ((index + 1) << level) - 1
    return place


def edited_hash(state: State, hand: Hand) -> None:
    place = _node(state, hand)
    state.nodes[place] = (place, hand.chance.randbytes(32))


def dropped_hash(state: State, hand: Hand) -> None:
    del state.nodes[_node(state, hand)]


def added_hash(state: State, hand: Hand) -> None:
    free = [place for place in range(4 * len(state.entries)) if place not in state.nodes]
    place = hand.chance.choice(free)
    state.nodes[place] = (place, hand.chance.randbytes(32))


def edited_checkpoint(state: State, hand: Hand) -> None:
    number = hand.checkpoint(state)
    text = state.notes[number][1]
    place = hand.chance.randrange(len(text))
    other = hand.chance.choice([sign_ for sign_ in "0Aa+/= \n" if sign_ != text[place]])
    state.notes[number] = (number, text[:place] + other + text[place + 1 :])


def dropped_checkpoint(state: State, hand: Hand) -> None:
    del state.notes[hand.checkpoint(state)]


def exchanged_checkpoints(state: State, hand: Hand) -> None:
    one, other = sorted(hand.chance.sample(sorted(state.notes), 2))
    state.notes[one], state.notes[other] = (one, state.notes[other][1]), (other, state.notes[one][1])


def copied_checkpoint(state: State, hand: Hand) -> None:
    one, other = hand.chance.sample(sorted(state.notes), 2)
    state.notes[one] = (one, state.notes[other][1])


def foreign_checkpoint(state: State, hand: Hand) -> None:
    number = hand.checkpoint(state)
    here = Checkpoint.read(parse_note(state.notes[number][1]).text)
    state.notes[number] = (number, _note(SigningKey.new(hand.key.name), here.size, here.root))


def checkpoint_with_more_signatures(state: State, hand: Hand) -> None:
    number = hand.checkpoint(state)
    note, other = parse_note(state.notes[number][1]), SigningKey.new("somebody.test")
    more = cosign(note.text, other.name, other.private, hand.chance.randrange(1 << 31))
    state.notes[number] = (number, str(note.with_signatures([more])))


TAMPERINGS: tuple[Callable[[State, Hand], None], ...] = (
    edited_leaf, edited_leaf_with_its_hash, forged_entry, edited_column,
    dropped_entry, dropped_entry_closed_up, swapped_entries, swapped_entries_hashed_anew, inserted_entry,
    cut_off, rolled_back, rolled_back_and_gone_on, history_signed_anew,
    edited_hash, dropped_hash, added_hash,
    edited_checkpoint, dropped_checkpoint, exchanged_checkpoints, copied_checkpoint, foreign_checkpoint,
    checkpoint_with_more_signatures,
)  # fmt: skip


def expected_checkpoint(before: State, hand: Hand) -> int | None:
    """The number of the first checkpoint that must show it; None where nothing can be said beforehand."""
    if hand.note is not None:
        return hand.note
    if hand.first_leaf is None:
        return None
    return next((number for number, size in enumerate(before.sizes()) if size > hand.first_leaf), None)
