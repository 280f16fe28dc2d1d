from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tutela.kernel.custody.fsck import Covers, fsck, signed_size
from tutela.kernel.custody.transparency import MemoryLogStore, TransparencyLog, rebuilt

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


def a_log(size: int = 40, every: int = 7) -> tuple[TransparencyLog, MemoryLogStore]:
    store = MemoryLogStore()
    log = TransparencyLog(origin="log.example", store=store, key=KEY)
    for number in range(size):
        log.append(b"leaf %d" % number)
        if number % every == every - 1 or number == size - 1:
            log.checkpoint()
    return log, store


def rewritten(store: MemoryLogStore, leaves: list[bytes]) -> None:
    """Leaves and every node over them made anew, as a thorough forger does."""
    anew = rebuilt(leaves)
    store.rows, store.hashes = anew.rows, anew.hashes


def test_a_whole_log_has_no_fault() -> None:
    log, store = a_log()
    assert fsck(store, log.public_key, store.notes) == []
    assert fsck(MemoryLogStore(), log.public_key) == []


def test_a_changed_leaf_is_shown_by_the_first_checkpoint_over_it() -> None:
    log, store = a_log()
    rewritten(store, [*store.rows[:10], b"forged", *store.rows[11:]])
    faults = fsck(store, log.public_key)
    assert (faults[0].what, faults[0].checkpoint) == ("root", 1)
    assert "after 7 and up to 14" in faults[0].sentence


def test_nodes_that_do_not_fit_their_leaves_are_named() -> None:
    log, store = a_log(8)
    store.hashes[1, 2] = bytes(32)
    del store.hashes[0, 0]
    assert [fault.sentence for fault in fsck(store, log.public_key)] == [
        "the hash over leaves 0 to 0 is not theirs",
        "the hash over leaves 4 to 5 is not theirs",
    ]


def test_leaves_that_were_cut_off_are_missed() -> None:
    log, store = a_log()
    rewritten(store, store.rows[:-1])
    assert [(fault.what, fault.checkpoint) for fault in fsck(store, log.public_key)] == [("size", 5)]


def test_only_what_others_kept_shows_an_end_cut_off_with_its_checkpoint() -> None:
    log, store = a_log()
    kept = store.notes[-1]
    rewritten(store, store.rows[:35])
    del store.notes[-1]
    assert fsck(store, log.public_key) == []
    assert [fault.what for fault in fsck(store, log.public_key, [kept])] == ["size"]


def test_only_what_others_kept_shows_a_history_that_the_logs_own_key_signed_anew() -> None:
    log, store = a_log()
    kept = store.notes[-1]
    forged, forgery = a_log()
    rewritten(forgery, [b"forged", *store.rows[1:]])
    forgery.notes.clear()
    forged.checkpoint()
    assert fsck(forgery, log.public_key) == []
    assert [fault.what for fault in fsck(forgery, log.public_key, [kept])] == ["root"]


@pytest.mark.parametrize("note", ["", "text\n\n\u2014 a AAAAAAA=\n"])
def test_a_checkpoint_that_is_none_is_named(note: str) -> None:
    log, store = a_log(3)
    store.notes.append(note)
    assert [(fault.what, fault.checkpoint) for fault in fsck(store, log.public_key)] == [("signature", 1)]


def changed_leaf(store: MemoryLogStore, chance: random.Random) -> None:
    at = chance.randrange(len(store.rows))
    store.rows[at] = bytes([chance.randrange(256)]) + store.rows[at]


def thorough_change(store: MemoryLogStore, chance: random.Random) -> None:
    changed_leaf(store, chance)
    rewritten(store, store.rows)


def lost_leaf(store: MemoryLogStore, chance: random.Random) -> None:
    del store.rows[chance.randrange(len(store.rows))]
    rewritten(store, store.rows)


def added_leaf(store: MemoryLogStore, chance: random.Random) -> None:
    rows = store.rows
    rewritten(store, [*rows[: (at := chance.randrange(len(rows)))], b"new", *rows[at:]])


def swapped_leaves(store: MemoryLogStore, chance: random.Random) -> None:
    one, other = chance.sample(range(len(store.rows)), 2)
    store.rows[one], store.rows[other] = store.rows[other], store.rows[one]
    rewritten(store, store.rows)


def changed_node(store: MemoryLogStore, chance: random.Random) -> None:
    store.hashes[chance.choice(sorted(store.hashes))] = chance.randbytes(32)


def changed_checkpoint(store: MemoryLogStore, chance: random.Random) -> None:
    at = chance.randrange(len(store.notes))
    text = store.notes[at]
    place = chance.randrange(len(text))
    store.notes[at] = text[:place] + chr((ord(text[place]) ^ 1) % 0xD800) + text[place + 1 :]


TAMPERINGS: tuple[Callable[[MemoryLogStore, random.Random], None], ...] = (
    changed_leaf, thorough_change, lost_leaf, added_leaf, swapped_leaves, changed_node, changed_checkpoint,
)  # fmt: skip


@pytest.mark.parametrize("tamper", TAMPERINGS)
def test_random_tampering_is_found(tamper: Callable[[MemoryLogStore, random.Random], None]) -> None:
    for seed in range(20):
        log, store = a_log(25)
        tamper(store, random.Random(seed))
        assert fsck(store, log.public_key), (tamper.__name__, seed)


def test_the_first_checkpoint_over_a_wrong_node_is_named() -> None:
    log, store = a_log(20, every=5)
    store.hashes[2, 1] = bytes(32)
    assert [fault.checkpoint for fault in fsck(store, log.public_key)] == [1]
    assert [signed_size(note) for note in ["no note", *store.notes]] == [0, 5, 10, 15, 20]
    covers = Covers(["no note", *store.notes])
    assert [covers.first(leaf) for leaf in (0, 4, 5, 19, 20)] == [1, 1, 2, 4, None]
