from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tutela.kernel.clock import FixedClock
from tutela.kernel.custody.keys import Epoch, MemoryKeyStore, PrivateKey, Split, epoch_id, known, newest
from tutela.kernel.errors import Conflict, Refused, Unavailable
from tutela.kernel.ids import is_id


@pytest.fixture
def store() -> MemoryKeyStore:
    return MemoryKeyStore(FixedClock(datetime(2026, 1, 1, tzinfo=UTC)))


def test_a_key_comes_back_from_its_text_and_is_never_shown() -> None:
    key = PrivateKey.new()
    assert PrivateKey.read(f" {key.text()}\n") == key and key.text().startswith("AGE-SECRET-KEY-1")
    assert key.text() not in repr(key) and repr(key.raw) not in repr(key)
    assert key.recipient().startswith("age1")


@pytest.mark.parametrize("text", ["", "AGE-SECRET-KEY-1", "age1qqqq"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        PrivateKey.read(text)


def test_a_key_has_32_bytes() -> None:
    with pytest.raises(ValueError, match="32 bytes, not 31"):
        PrivateKey(raw=bytes(31))


def test_an_epochs_id_is_made_from_its_key() -> None:
    key = PrivateKey.new()
    assert epoch_id(key.recipient()) == epoch_id(PrivateKey.read(key.text()).recipient())
    assert is_id(epoch_id(key.recipient()))


def test_sealing_goes_to_the_newest_epoch(store: MemoryKeyStore) -> None:
    with pytest.raises(Unavailable, match="tutela keys init"):
        store.current()
    first, second = store.rotate(), store.rotate()
    assert store.current() == second and (first.number, second.number) == (1, 2)
    assert known(store, first.id) == first
    with pytest.raises(Refused, match="no epoch"):
        known(store, "epo_none")


def test_a_retired_key_is_gone_for_good(store: MemoryKeyStore) -> None:
    first = store.rotate()
    key = store.private(first.id)
    with pytest.raises(Conflict, match="rotate first"):
        store.retire(first.id)
    store.rotate()
    store.retire(first.id)
    store.retire(first.id)  # once more, after a crash
    assert known(store, first.id).retired and not store.has_private(first.id)
    for attempt in (lambda: store.private(first.id), lambda: store.restore(key)):
        with pytest.raises(Refused, match="destroyed on purpose"):
            attempt()


def test_a_missing_key_says_how_it_comes_back(store: MemoryKeyStore) -> None:
    epoch = store.rotate()
    key = store.privates.pop(epoch.id)
    with pytest.raises(Unavailable, match="tutela keys restore"):
        store.private(epoch.id)
    assert store.restore(key) == epoch and store.private(epoch.id) == key


def test_that_shares_were_given_out_is_kept(store: MemoryKeyStore) -> None:
    epoch = store.rotate()
    store.record_split(epoch.id, Split(need=2, of=3))
    assert store.current().split == Split(need=2, of=3)


def test_the_newest_is_never_a_retired_one() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    one = Epoch(id="epo_1", recipient="age1", number=1, made=moment)
    two = Epoch(id="epo_2", recipient="age1", number=2, made=moment, retired=True)
    assert newest([one, two]) == one
