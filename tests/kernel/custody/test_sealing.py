from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from tutela.kernel.clock import FixedClock
from tutela.kernel.custody.blob_files import FileBlobStore
from tutela.kernel.custody.blobs import MemoryBlobStore, Write
from tutela.kernel.custody.key_files import FileKeyStore, FilePublicKeys
from tutela.kernel.custody.keys import Epoch, MemoryKeyStore
from tutela.kernel.custody.opening import Opener
from tutela.kernel.custody.sealing import Sealer
from tutela.kernel.errors import Unavailable
from tutela.kernel.ids import is_id

CLOCK = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def keys() -> MemoryKeyStore:
    store = MemoryKeyStore(CLOCK)
    store.rotate()
    return store


def test_what_is_sealed_has_an_id_and_digests_and_lies_nowhere_in_the_clear(keys: MemoryKeyStore) -> None:
    blobs, data = MemoryBlobStore(), b"benign" * 30_000
    sealed = Sealer(blobs, keys).put(BytesIO(data))
    assert is_id(sealed.blob) and sealed.blob.startswith("blb_") and sealed.epoch == keys.current().id
    assert sealed.contents.size_bytes == len(data)
    assert sealed.contents.sha256 == hashlib.sha256(data).hexdigest()
    assert sealed.contents.sha3_256 == hashlib.sha3_256(data).hexdigest()
    assert b"benign" not in blobs.bodies[sealed.blob]
    assert blobs.bodies[sealed.blob].startswith(b"age-encryption.org/v1\n")


def test_the_same_bytes_twice_are_two_objects_that_nobody_can_tell_to_be_the_same(
    keys: MemoryKeyStore,
) -> None:
    blobs = MemoryBlobStore()
    one, two = (Sealer(blobs, keys).put(BytesIO(b"benign")) for _ in range(2))
    assert one.blob != two.blob and blobs.bodies[one.blob] != blobs.bodies[two.blob]
    assert one.contents.commitment() != two.contents.commitment()


def test_without_a_key_nothing_is_taken() -> None:
    blobs = MemoryBlobStore()
    with pytest.raises(Unavailable, match="keys init"):
        Sealer(blobs, MemoryKeyStore(CLOCK)).put(BytesIO(b"benign"))
    assert blobs.bodies == {}


def test_sealing_goes_on_while_the_private_key_is_missing(keys: MemoryKeyStore) -> None:
    keys.privates.clear()
    assert Sealer(MemoryBlobStore(), keys).put(BytesIO(b"benign")).contents.size_bytes == 6


def test_keys_rotated_while_a_film_comes_in_lose_nothing(keys: MemoryKeyStore) -> None:
    class Rotating(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() == 0:
                keys.rotate()
            return super().read(size)

    blobs, old = MemoryBlobStore(), keys.current()
    sealed = Sealer(blobs, keys).put(Rotating(b"benign"))
    assert sealed.epoch == keys.current().id != old.id
    assert list(blobs.blobs(old.id)) == []
    keys.retire(old.id)
    assert Opener(blobs, keys).check(sealed.blob) == sealed.contents


def test_the_opener_may_move_the_key_first(keys: MemoryKeyStore) -> None:
    class Between(MemoryBlobStore):
        def put(self, blob: str, epoch: str, write: Write) -> None:
            super().put(blob, epoch, write)
            old = keys.current().id
            keys.rotate()
            Opener(self, keys).move_epoch(old)

    blobs = Between()
    sealed = Sealer(blobs, keys).put(BytesIO(b"benign"))
    assert Opener(blobs, keys).check(sealed.blob) == sealed.contents


def test_with_files_the_sealer_needs_the_public_folder_only(tmp_path: Path) -> None:
    made = FileKeyStore(tmp_path / "public", tmp_path / "private", CLOCK)
    made.rotate()
    for path in (tmp_path / "private").iterdir():
        path.unlink()
    blobs = FileBlobStore(tmp_path / "objects", tmp_path / "envelopes")
    source = tmp_path / "film"
    source.write_bytes(b"benign" * 50_000)
    with source.open("rb", buffering=0) as descriptor:
        sealed = Sealer(blobs, FilePublicKeys(tmp_path / "public")).put(descriptor)
    assert blobs.size_bytes(sealed.blob) > 300_000 == sealed.contents.size_bytes


@pytest.mark.parametrize("size", [0, 6, 5_000, 200_000])
def test_a_full_disk_is_told_at_every_size_and_leaves_nothing(
    keys: MemoryKeyStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    store = FileBlobStore(tmp_path / "o", tmp_path / "e")
    with monkeypatch.context() as failing, pytest.raises(Unavailable, match="No space left"):
        failing.setattr(os, "write", full)
        Sealer(store, keys).put(BytesIO(bytes(size)))
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


def test_an_error_of_the_source_passes_and_leaves_nothing(keys: MemoryKeyStore, tmp_path: Path) -> None:
    class Cut(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        Sealer(FileBlobStore(tmp_path / "o", tmp_path / "e"), keys).put(Cut())
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


def test_a_rotation_during_the_rotation_is_followed_too(keys: MemoryKeyStore) -> None:
    class Restless:
        def __init__(self) -> None:
            self.left: Iterator[Epoch] = iter([keys.current(), keys.rotate(), keys.rotate()])

        def epochs(self) -> tuple[Epoch, ...]:
            return keys.epochs()

        def current(self) -> Epoch:
            return next(self.left, keys.current())

    blobs = MemoryBlobStore()
    sealed = Sealer(blobs, Restless()).put(BytesIO(b"benign"))
    assert sealed.epoch == keys.current().id and list(blobs.envelopes(sealed.blob)) == [sealed.epoch]
