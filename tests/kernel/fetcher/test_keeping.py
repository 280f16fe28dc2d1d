"""Bytes go both ways, whole or not at all."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.clock import FixedClock
from tutela.kernel.custody.blobs import MemoryBlobStore, Write
from tutela.kernel.custody.keys import MemoryKeyStore
from tutela.kernel.custody.opening import Opener
from tutela.kernel.custody.sealing import Sealer
from tutela.kernel.errors import Unavailable
from tutela.kernel.fetcher.keeping import Keeping, NotWholeError


class FullStore(MemoryBlobStore):
    def put(self, blob: str, epoch: str, write: Write) -> None:
        raise Unavailable("full")


def keys_with_one() -> MemoryKeyStore:
    keys = MemoryKeyStore(clock=FixedClock(datetime(2026, 1, 1, tzinfo=UTC)))
    keys.rotate()
    return keys


@pytest.fixture
def memory() -> Iterator[int]:
    descriptor = os.memfd_create("bytes")
    yield descriptor
    os.close(descriptor)


@given(st.lists(st.binary(max_size=200_000), max_size=30))
def test_what_passes_is_in_clear_in_memory_and_sealed_in_the_vault(pieces: list[bytes]) -> None:
    blobs, keys, memory = MemoryBlobStore(), keys_with_one(), os.memfd_create("bytes")
    with Keeping(memory, Sealer(blobs, keys)) as keeping:
        for piece in pieces:
            keeping.write(piece)
        sealed = keeping.keep()
    whole, opened = b"".join(pieces), BytesIO()
    assert sealed is not None
    Opener(blobs, keys).open(sealed.blob, opened, record=lambda _: None)
    assert opened.getvalue() == whole == os.pread(memory, len(whole) + 1, 0)
    assert keeping.passed.size_bytes == len(whole)
    os.close(memory)


def test_a_body_that_is_not_kept_leaves_nothing_in_the_vault(memory: int) -> None:
    blobs = MemoryBlobStore()
    with Keeping(memory, Sealer(blobs, keys_with_one())) as keeping:
        keeping.write(b"half")
    assert not blobs.bodies
    assert not blobs.keys
    with pytest.raises(RuntimeError), Keeping(memory, Sealer(blobs, keys_with_one())):
        raise RuntimeError
    assert not blobs.bodies


def test_a_vault_that_takes_nothing_stops_the_fetch_and_is_told(memory: int) -> None:
    with Keeping(memory, Sealer(FullStore(), keys_with_one())) as keeping:
        with pytest.raises(OSError):
            while True:
                keeping.write(b"x" * 65_536)
        with pytest.raises(Unavailable, match="full"):
            keeping.keep()


class FaultyStore(MemoryBlobStore):
    def put(self, blob: str, epoch: str, write: Write) -> None:
        raise OSError("the disk is gone")


def test_a_disk_that_fails_is_no_object(memory: int) -> None:
    with Keeping(memory, Sealer(FaultyStore(), keys_with_one())) as keeping, pytest.raises(Unavailable):
        keeping.keep()


class BrokenStore(MemoryBlobStore):
    def put(self, blob: str, epoch: str, write: Write) -> None:
        raise RuntimeError("a fault of ours")


def test_a_fault_in_the_vault_ends_the_fetch_and_does_not_hang_it(memory: int) -> None:
    with Keeping(memory, Sealer(BrokenStore(), keys_with_one())) as keeping:
        with pytest.raises(NotWholeError):
            for _ in range(100):
                keeping.write(b"x" * 1_000)
        with pytest.raises(Unavailable):
            keeping.keep()


class SlowStore(MemoryBlobStore):
    def put(self, blob: str, epoch: str, write: Write) -> None:
        time.sleep(0.6)
        super().put(blob, epoch, write)


def test_a_slow_vault_holds_the_fetch_up_and_loses_nothing(memory: int) -> None:
    blobs, pieces = SlowStore(), 40
    with Keeping(memory, Sealer(blobs, keys_with_one())) as keeping:
        for _ in range(pieces):
            keeping.write(b"x" * 1_000)
        sealed = keeping.keep()
    assert sealed is not None
    assert sealed.contents.size_bytes == pieces * 1_000


def test_without_a_vault_the_bytes_are_only_counted(memory: int) -> None:
    with Keeping(memory, None) as keeping:
        keeping.write(b"hello")
        assert keeping.keep() is None
    assert keeping.passed.size_bytes == 5
    assert os.pread(memory, 9, 0) == b"hello"
