"""The life of one ledger: made, tampered with at random, checked, and tampered copies left for the command.

Django is set up by whoever imports it (``proofs.tampered_ledger``).
"""

from __future__ import annotations

import random
import secrets
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from proofs import ledger_tampering as tampering
from proofs import rfc6962
from tutela.hotline.ledger import triggers
from tutela.hotline.ledger.actions import record, record_custody, sign_checkpoint
from tutela.hotline.ledger.actors import person, process
from tutela.hotline.ledger.acts import declare_acts
from tutela.hotline.ledger.checking import check_ledger
from tutela.hotline.ledger.log_keys import log_key, make_log_key
from tutela.hotline.ledger.protection import check_protection
from tutela.hotline.ledger.store import OrmLogStore
from tutela.kernel.clock import SystemClock
from tutela.kernel.custody import merkle
from tutela.kernel.custody.records import CustodyStep
from tutela.kernel.ids import new_id

ACT = "tried_in_a_proof"
#: Entries between two checkpoints are 1 to this many.
EVERY_MAX = 20
#: Tamperings whose checkpoint must be another one than can be said beforehand: any will do, or none.
NAMES_NONE = {"added_hash"}


def step() -> CustodyStep:
    return CustodyStep(
        act="opened", blob=new_id("blb_"), epoch=new_id("epo_"), commitment=secrets.token_hex(32),
        at=SystemClock().now(), monotonic_seconds=time.monotonic(), process="opener", who=new_id("usr_"),
        source=new_id("sgt_"), reason="assessment", tool="tutela", version="1", configuration="0" * 64,
    )  # fmt: skip


def one_entry(number: int) -> None:
    with transaction.atomic():
        if number % 5 == 0:
            record_custody(step())
        elif number % 5 == 1:
            record(ACT, actor=process("worker"))
        else:
            record(ACT, actor=person(new_id("usr_")), subject=new_id("itm_"), facts={"number": number})


def made(folder: Path, entries: int, chance: random.Random) -> list[tampering.State]:
    """The older states of a ledger of so many entries, one for each checkpoint."""
    declare_acts({ACT: "A proof tried it."})
    call_command("migrate", verbosity=0)
    make_log_key(folder, "proof.test/log")
    states, due = [], 0
    for number in range(entries):
        one_entry(number)
        if number >= due or number == entries - 1:
            sign_checkpoint(log_key(folder))
            states.append(tampering.read_state())
            due = number + chance.randrange(1, EVERY_MAX)
    return states


def same_roots() -> dict[str, int]:
    """At every size: root, and at many a proof, as the definition of RFC 6962 gives them."""
    store = OrmLogStore()
    leaves = list(store.leaves())
    wrong = proofs = 0
    for size in range(len(leaves) + 1):
        wrong += merkle.root(store, size) != rfc6962.tree_hash(leaves[:size])
        for old in range(0, size + 1, 7):
            proofs += 1
            wrong += old > 0 and merkle.consistency(store, old, size) != rfc6962.proof(old, leaves[:size])
            if old < size:
                wrong += merkle.inclusion(store, old, size) != rfc6962.path(old, leaves[:size])
    return {"sizes": len(leaves) + 1, "proofs": proofs, "wrong": wrong}


def refused_statements() -> dict[str, int]:
    """Attempts to change each table with its triggers in place."""
    tried = refused = 0
    lite = connection.vendor == "sqlite"
    for table, key in triggers.TABLES.items():
        statements = [
            f"UPDATE {table} SET {key} = {key}",
            f"DELETE FROM {table}",
            f"INSERT INTO {table} SELECT * FROM {table} WHERE 1 = 1 ON CONFLICT ({key})"
            f" DO UPDATE SET {key} = {table}.{key}",
            f"REPLACE INTO {table} SELECT * FROM {table}" if lite else f"TRUNCATE {table}",
            f"UPDATE OR REPLACE {table} SET {key} = 0" if lite else f"TRUNCATE {table} CASCADE",
        ]
        for statement in statements:
            tried += 1
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(statement)
            except DatabaseError as error:
                refused += triggers.SAYING in str(error)
    return {"tried": tried, "refused": refused}


def tamperings(
    folder: Path, states: list[tampering.State], number: int, seed: int
) -> Iterator[dict[str, Any]]:
    """What each tampering was, whether it was found, and whether the checkpoint named is the right one."""
    key = log_key(folder)
    kept = [note for _, note in states[-1].notes.values()][-1:]
    for turn in range(number):
        kind = tampering.TAMPERINGS[turn % len(tampering.TAMPERINGS)]
        hand = tampering.Hand(chance=random.Random(seed + turn), older=states[:-1], key=key)
        with transaction.atomic():
            before = tampering.read_state()
            after = tampering.State(tables={name: dict(rows) for name, rows in before.tables.items()})
            kind(after, hand)
            tampering.write_state(before, after)
            check_protection()
            faults = check_ledger(key.note_key, kept)
            transaction.set_rollback(True)
        named = min((one.checkpoint for one in faults if one.checkpoint is not None), default=None)
        expected = tampering.expected_checkpoint(before, hand)
        yield {
            "kind": kind.__name__,
            "seed": seed + turn,
            "found": bool(faults),
            "named": named is not None or kind.__name__ in NAMES_NONE,
            "right": expected is None or named == expected,
        }


def summed(rows: list[dict[str, Any]]) -> dict[str, Any]:
    kinds = Counter(row["kind"] for row in rows)
    return {
        "tamperings": len(rows),
        "kinds": dict(kinds),
        **{what: sum(row[what] for row in rows) for what in ("found", "named", "right")},
        "missed": [row for row in rows if not (row["found"] and row["named"] and row["right"])][:20],
    }


def beyond(folder: Path, states: list[tampering.State], number: int) -> dict[str, int]:
    """The control: entries after the last checkpoint, forged with every hash made anew."""
    key, found = log_key(folder), {"careless": 0, "thorough": 0}
    for turn in range(number):
        for how in found:
            with transaction.atomic():
                for more in range(5):
                    one_entry(more)
                before = tampering.read_state()
                after = tampering.State(tables={name: dict(rows) for name, rows in before.tables.items()})
                leaves = after.leaves()
                at = len(states[-1].entries) + random.Random(turn).randrange(5)
                leaves[at] = leaves[at].replace(b'"at":"2', b'"at":"1')
                if how == "thorough":
                    after.rewrite(leaves)
                else:
                    after.entries[at] = (at, leaves[at], *after.entries[at][2:])
                tampering.write_state(before, after)
                found[how] += bool(check_ledger(key.note_key))
                transaction.set_rollback(True)
    return found


def speed(folder: Path, number: int) -> dict[str, float]:
    """Microseconds of an entry inside a transaction, and of a transaction with and without one."""
    with transaction.atomic():
        started = time.perf_counter()
        for turn in range(number):
            record(ACT, actor=process("worker"), subject="itm_" + "0" * 32, facts={"number": turn})
        inside = time.perf_counter() - started
    started = time.perf_counter()
    for turn in range(number // 4):
        with transaction.atomic():
            record(ACT, actor=process("worker"), subject="itm_" + "0" * 32, facts={"number": turn})
    alone = time.perf_counter() - started
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE proof_rows (number bigint PRIMARY KEY, text varchar(400))")
        started = time.perf_counter()
        for turn in range(number // 4):
            with transaction.atomic():
                cursor.execute("INSERT INTO proof_rows VALUES (%s, %s)", [turn, "x" * 300])
        plain = time.perf_counter() - started
    store, leaf = OrmLogStore(), b"x" * 300
    whole = [merkle.leaf_hash(leaf + b"%d" % turn) for turn in range(number)]
    started = time.perf_counter()
    for turn in range(number):
        merkle.node_hash(merkle.leaf_hash(leaf + b"%d" % turn), whole[turn])
    hashing = time.perf_counter() - started
    started = time.perf_counter()
    check_ledger(log_key(folder).note_key)
    checking = time.perf_counter() - started
    return {
        "inside": 1e6 * inside / number,
        "alone": 1e6 * alone / (number // 4),
        "plain": 1e6 * plain / (number // 4),
        "hashing": 1e6 * hashing / number,
        "checking": 1e6 * checking / store.size(),
    }


def leave_tampered(folder: Path, number: int, seed: int) -> None:
    """Copies of the database for the command to look at: one whole, the others tampered with; SQLite only."""
    key = log_key(folder)
    (folder / "kept.note").write_text(str(sign_checkpoint(key)), encoding="utf-8")
    states = [tampering.read_state()]
    for turn in range(number):
        with transaction.atomic():
            before = tampering.read_state()
            after = tampering.State(tables={name: dict(rows) for name, rows in before.tables.items()})
            if turn:
                kind = tampering.TAMPERINGS[(7 * turn) % len(tampering.TAMPERINGS)]
                hand = tampering.Hand(chance=random.Random(seed + turn), older=[_half(states[0])], key=key)
                kind(after, hand)
            tampering.write_state(before, after)
        copy = folder / f"copy-{turn}"
        copy.mkdir()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy / "hotline.sqlite")])
        shutil.copy(folder / "log.pub", copy)
        with transaction.atomic():
            tampering.write_state(after, before)


def _half(state: tampering.State) -> tampering.State:
    """An older state of a ledger: its first half."""
    older = tampering.State(tables={name: dict(rows) for name, rows in state.tables.items()})
    older.rewrite(older.leaves()[: len(older.entries) // 2])
    sizes = [number for number, size in enumerate(older.sizes()) if size <= len(older.entries)]
    older.tables["ledger_ledgercheckpoint"] = {number: older.notes[number] for number in sizes}
    return older


def life(folder: Path, entries: int, number: int, seed: int, copies: int) -> dict[str, Any]:
    """What was seen of a ledger of so many entries in an empty database, and of so many tamperings."""
    states = made(folder, entries, random.Random(seed))
    key = log_key(folder)
    whole = check_ledger(key.note_key, [note for state in states for _, note in state.notes.values()])
    facts = {
        "vendor": connection.vendor,
        "entries": entries,
        "checkpoints": len(states),
        "false_alarms": len(whole),
        "roots": same_roots(),
        "statements": refused_statements(),
        "tampering": summed(list(tamperings(folder, states, number, seed))),
        "beyond": beyond(folder, states, 20),
        "whole_afterwards": not check_ledger(key.note_key),
        "speed": speed(folder, 2_000),
    }
    leave_tampered(folder, copies, seed)
    return facts
