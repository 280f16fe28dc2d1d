"""Buckets through obstore's memory and local stores: every object once, nothing on a disk, no websites."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from tutela.detect.scan.sources import open_sources
from tutela.detect.scan.sources.buckets import fetch_object, is_bucket, open_store, walk_bucket
from tutela.kernel.errors import Invalid

obstore = pytest.importorskip("obstore.store", reason="needs the extra s3 (obstore)")


@pytest.fixture
def store() -> Any:
    made = obstore.MemoryStore()
    for key, content in {"notes.txt": b"words", "DCIM/a.jpg": b"picture", "big.jpg": b"x" * 5_000}.items():
        made.put(key, content)
    return made


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("s3://bucket/prefix", True),
        ("memory:///", True),
        ("/a/b", False),
        ("C:/a", False),
        ("a b://c", False),
    ],
)
def test_an_address_is_told_from_a_path(place: str, expected: bool) -> None:
    assert is_bucket(place) == expected


def test_objects_come_once_pictures_first(store: Any) -> None:
    files = list(walk_bucket("s3://bucket/", store, bytes_max=1_000_000))
    assert [file.path for file in files][-1] == "s3://bucket/notes.txt"
    assert sorted(file.path for file in files) == [
        "s3://bucket/DCIM/a.jpg", "s3://bucket/big.jpg", "s3://bucket/notes.txt",
    ]  # fmt: skip


def test_an_object_is_fetched_into_sealed_memory(store: Any) -> None:
    fd = fetch_object(store, "big.jpg", bytes_max=1_000_000)
    try:
        assert os.pread(fd, 6_000, 0) == b"x" * 5_000
        with pytest.raises(OSError, match="permitted"):
            os.pwrite(fd, b"y", 0)
    finally:
        os.close(fd)


def test_a_larger_object_is_one_refused_finding(store: Any) -> None:
    found = {file.path: file for file in walk_bucket("s3://b", store, bytes_max=1_000)}
    assert found["s3://b/big.jpg"].status == "refused"
    assert found["s3://b/big.jpg"].opener is None


def test_an_object_that_grew_since_it_was_listed_is_not_held(store: Any) -> None:
    with pytest.raises(OSError, match="too large") as caught:
        fetch_object(store, "big.jpg", bytes_max=100)
    assert caught.value.errno == errno.EFBIG


def test_an_object_that_vanished_is_told(store: Any) -> None:
    with pytest.raises(FileNotFoundError):
        fetch_object(store, "gone", bytes_max=100)


def test_a_listing_that_breaks_off_is_one_finding() -> None:
    class Broken:
        def list(self) -> Any:
            raise PermissionError(13, "no")

    (file,) = walk_bucket("s3://b", Broken())
    assert (file.path, file.trouble) == ("s3://b", "listing ended early: permission denied")


@pytest.mark.parametrize("address", ["https://example.test/a", "http://example.test", "ftp://example.test/a"])
def test_websites_are_no_stores(address: str) -> None:
    with pytest.raises(Invalid, match="store of objects"):
        open_store(address)


def test_a_local_store_is_scanned_like_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"picture")
    (file,) = open_sources([tmp_path.as_uri()])
    assert file.path == f"{tmp_path.as_uri()}/a.jpg"
    assert file.opener is not None
    fd = file.opener()
    assert os.pread(fd, 10, 0) == b"picture"
    os.close(fd)
