from __future__ import annotations

import pytest

from tutela.kernel.custody.age import Damaged
from tutela.kernel.custody.blobs import MemoryBlobStore, checked_blob, checked_epoch
from tutela.kernel.custody.keys import EPOCH_PREFIX
from tutela.kernel.errors import Refused
from tutela.kernel.ids import new_id

OLD, NEW = new_id(EPOCH_PREFIX), new_id(EPOCH_PREFIX)


@pytest.fixture
def store() -> MemoryBlobStore:
    return MemoryBlobStore()


def put(store: MemoryBlobStore) -> str:
    blob = new_id("blb_")
    store.put(blob, OLD, lambda target: b"envelope" if target.write(b"sealed") == 6 else b"")
    return blob


@pytest.mark.parametrize(
    "untrusted",
    ["", "../../etc", "blb_", new_id("epo_"), new_id("blb_") + "/x"],
    ids=["empty", "a path", "a prefix", "an epoch", "a path behind"],
)
def test_what_is_no_id_does_not_exist(untrusted: str) -> None:
    with pytest.raises(Refused, match="no such object"):
        checked_blob(untrusted)
    if not untrusted.startswith("epo_"):
        with pytest.raises(Refused, match="no such epoch"):
            checked_epoch(untrusted)


def test_an_object_is_there_until_it_is_destroyed(store: MemoryBlobStore) -> None:
    blob = put(store)
    assert store.sealed(blob).read() == b"sealed" and store.size_bytes(blob) == 6
    assert store.envelopes(blob) == {OLD: b"envelope"}
    assert list(store.blobs()) == list(store.blobs(OLD)) == [blob] and list(store.blobs(NEW)) == []
    store.destroy(blob)
    assert list(store.blobs()) == []
    for attempt in (store.sealed, store.envelopes, store.size_bytes, store.destroy):
        with pytest.raises(Refused, match="no such object"):
            attempt(blob)


def test_a_key_moves_from_one_epoch_to_the_next_once(store: MemoryBlobStore) -> None:
    blob = put(store)
    store.move(blob, OLD, NEW, b"new")
    store.move(blob, OLD, NEW, b"newer")
    assert store.envelopes(blob) == {NEW: b"new"}
    with pytest.raises(Refused):
        store.move(new_id("blb_"), OLD, NEW, b"x")
    with pytest.raises(Refused):
        store.move(blob, OLD, OLD, b"x")


def test_bytes_that_are_lost_are_told_and_bytes_without_a_key_are_swept(store: MemoryBlobStore) -> None:
    blob = put(store)
    kept = store.bodies.pop(blob)
    with pytest.raises(Damaged):
        store.sealed(blob)
    store.bodies[new_id("blb_")] = kept
    assert (store.sweep(), store.sweep(), store.bodies) == (1, 0, {})
