from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tutela.kernel.custody import merkle
from tutela.kernel.custody.checkpoints import checked
from tutela.kernel.custody.transparency import MemoryLogStore, TransparencyLog, rebuilt
from tutela.kernel.errors import Refused


def a_log() -> tuple[TransparencyLog, MemoryLogStore]:
    store = MemoryLogStore()
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    return TransparencyLog(origin="log.example", store=store, key=key), store


def test_leaves_are_numbered_and_proven() -> None:
    log, store = a_log()
    assert [log.append(b"%d" % number) for number in range(5)] == [0, 1, 2, 3, 4]
    assert list(store.leaves()) == [b"0", b"1", b"2", b"3", b"4"]
    root = merkle.root(store, 5)
    assert merkle.includes(b"3", 3, 5, log.inclusion(3, 5), root)
    assert merkle.is_beginning(2, merkle.root(store, 2), 5, root, log.consistency(2, 5))


def test_checkpoints_are_signed_and_stored_once() -> None:
    log, store = a_log()
    empty = log.checkpoint()
    log.append(b"a")
    first = log.checkpoint()
    assert log.checkpoint() == first
    assert store.notes == [str(empty), str(first)]
    assert checked(first, log.public_key, "log.example").root == merkle.leaf_hash(b"a")


def test_a_log_signs_no_second_history() -> None:
    log, store = a_log()
    for leaf in (b"a", b"b", b"c"):
        log.append(leaf)
    log.checkpoint()
    other = rebuilt([b"a", b"x", b"c", b"d"])
    store.rows, store.hashes = other.rows, other.hashes
    with pytest.raises(Refused, match="contradicts"):
        log.checkpoint()
    assert len(store.notes) == 1


def test_a_log_that_became_shorter_signs_nothing() -> None:
    log, store = a_log()
    log.append(b"a")
    log.append(b"b")
    log.checkpoint()
    store.rows.pop()
    with pytest.raises(Refused, match="checkpoint at 2"):
        log.checkpoint()


def test_the_last_checkpoint_is_known() -> None:
    log, store = a_log()
    assert store.last_checkpoint() is None
    log.checkpoint()
    log.append(b"a")
    newest = log.checkpoint()
    assert store.last_checkpoint() == str(newest)


def test_checkpoints_come_the_oldest_first() -> None:
    log, store = a_log()
    notes = [str(log.checkpoint())]
    log.append(b"a")
    notes.append(str(log.checkpoint()))
    assert list(store.checkpoints()) == notes
