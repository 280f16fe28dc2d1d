"""Disk images: allocated and deleted files, partitions, E01, and what damage does."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.detect.media.archives import PATH, contents, disk_of, read_at, run
from tutela.detect.media import disk_reader
from tutela.detect.media.disk_reader import read_disk, read_e01
from tutela.detect.media.members import Entry, Meter
from tutela.detect.media.shapes import FORENSIC, MIB, WEB
from tutela.detect.media.troubles import DecodeTrouble

FILES = {
    "one.bin": bytes(range(256)) * 30,
    "two.bin": b"second" * 99,
    "sub/three.bin": b"third" * 500,
    "empty": b"",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("files")
    for name, data in FILES.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    return root


@pytest.fixture(scope="module")
def ext4(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    image = tmp_path_factory.mktemp("ext4") / "image"
    disk_of(folder, image, size_mib=4)
    return image.read_bytes()


def entries(data: bytes) -> Iterator[Entry]:
    return read_disk(read_at(data), len(data), Meter(FORENSIC, len(data)))


@pytest.mark.needs("pytsk3", "e2fsprogs")
def test_an_ext4_volume_gives_its_files(ext4: bytes) -> None:
    found = contents(entries(ext4))
    assert found == FILES


@pytest.mark.needs("pytsk3", "mtools")
def test_a_fat_volume_gives_deleted_files_too(folder: Path, tmp_path: Path) -> None:
    image = tmp_path / "fat"
    disk_of(folder, image, kind="fat")
    run("mdel", "-i", str(image), "::/two.bin")
    data = image.read_bytes()
    found = list(entries(data))
    deleted = [entry for entry in found if entry.deleted]
    assert [entry.path for entry in deleted] == ["_wo.bin"]
    assert b"".join(deleted[0].chunks) == FILES["two.bin"]
    assert {entry.path.lower() for entry in found if not entry.deleted} == {
        "one.bin", "sub/three.bin", "empty"
    }  # fmt: skip


@pytest.mark.needs("pytsk3", "e2fsprogs")
def test_each_partition_has_its_own_prefix(ext4: bytes) -> None:
    first, second = 2048, 2048 + len(ext4) // 512
    table = bytearray(512)
    for slot, start in enumerate((first, second)):
        entry = (
            bytes(4)
            + b"\x83"
            + bytes(3)
            + start.to_bytes(4, "little")
            + (len(ext4) // 512).to_bytes(4, "little")
        )
        table[446 + 16 * slot : 462 + 16 * slot] = entry
    table[510:512] = b"\x55\xaa"
    data = bytes(table) + bytes(first * 512 - 512) + ext4 + bytes(len(ext4))
    found = list(entries(data))
    prefixes = {entry.path.split("/")[0] for entry in found}
    assert len(prefixes) == 2
    assert [entry.trouble for entry in found if "/" not in entry.path] == [("unreadable", "file_system")]
    assert {entry.path.partition("/")[2] for entry in found if "/" in entry.path} == set(FILES)


@pytest.mark.needs("pytsk3")
@pytest.mark.parametrize("data", [bytes(MIB), b"\xff" * MIB, bytes(510) + b"\x55\xaa" + bytes(MIB)])
def test_an_image_without_a_file_system_is_unreadable(data: bytes) -> None:
    with pytest.raises(DecodeTrouble, match="file_system"):
        list(entries(data))


@pytest.mark.needs("pytsk3", "e2fsprogs")
def test_more_entries_than_the_limit_are_refused(ext4: bytes) -> None:
    from dataclasses import replace

    meter = Meter(replace(WEB, archive_entries_max=3), len(ext4))
    with pytest.raises(DecodeTrouble, match="entries"):
        list(read_disk(read_at(ext4), len(ext4), meter))


@pytest.mark.needs("pytsk3", "e2fsprogs")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.floats(0, 0.2), value=st.binary(min_size=1, max_size=64), cut=st.floats(0.05, 1))
def test_a_damaged_volume_gives_entries_or_trouble(
    ext4: bytes, position: float, value: bytes, cut: float
) -> None:
    data = bytearray(ext4)
    at = int(position * len(data))
    data[at : at + len(value)] = value
    try:
        for entry in entries(bytes(data[: int(cut * len(data))])):
            read_or_broken(entry)
    except DecodeTrouble as found:
        assert found.kind in ("unreadable", "refused")  # noqa: PT017 - either outcome is right


def read_or_broken(entry: Entry) -> None:
    try:
        b"".join(entry.chunks)
    except DecodeTrouble as found:
        if found.kind == "refused":
            raise


@pytest.fixture(scope="module")
def e01(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """The segments of an E01 image that is too large for one."""
    root = tmp_path_factory.mktemp("e01")
    files = root / "files"
    files.mkdir()
    (files / "large.bin").write_bytes(os.urandom(4 * MIB))
    (files / "small.bin").write_bytes(b"small")
    disk_of(files, root / "image", size_mib=8)
    options = ["-u", "-t", str(root / "case"), "-c", "none", "-S", str(3 * MIB // 2), "-l", os.devnull]
    run_ewfacquire(*options, str(root / "image"))
    return [path.read_bytes() for path in sorted(root.glob("case.E*"))]


def run_ewfacquire(*options: str) -> None:
    import subprocess

    subprocess.run(
        ["ewfacquire", *options], check=True, capture_output=True, input=b"\n" * 50, env={"PATH": PATH}
    )


@pytest.mark.needs("pytsk3", "pyewf", "ewf", "e2fsprogs")
def test_an_e01_image_of_several_segments_gives_its_files(e01: list[bytes]) -> None:
    assert len(e01) > 2
    size_bytes = sum(map(len, e01))
    found = contents(read_e01([io.BytesIO(part) for part in e01], Meter(FORENSIC, size_bytes)))
    assert sorted(found) == ["large.bin", "small.bin"]
    assert len(found["large.bin"]) == 4 * MIB
    assert found["small.bin"] == b"small"


@pytest.mark.needs("pytsk3", "pyewf", "ewf", "e2fsprogs")
def test_a_missing_segment_is_said(e01: list[bytes]) -> None:
    meter = Meter(FORENSIC, sum(map(len, e01)))
    with pytest.raises(DecodeTrouble, match=r"segments|file_system"):
        for entry in read_e01([io.BytesIO(part) for part in e01[:-1]], meter):
            read_or_broken(entry)


@pytest.mark.needs("pytsk3", "pyewf")
def test_something_that_only_begins_like_an_e01_is_unreadable() -> None:
    with pytest.raises(DecodeTrouble, match="segments"):
        list(read_e01([io.BytesIO(b"EVF\x09\x0d\x0a\xff\0" + bytes(1000))], Meter(WEB, 1008)))


def test_without_the_extra_the_image_is_counted_as_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk_reader, "AVAILABLE", False)
    with pytest.raises(DecodeTrouble, match="forensic"):
        list(entries(bytes(MIB)))
    with pytest.raises(DecodeTrouble, match="forensic"):
        list(read_e01([io.BytesIO()], Meter(WEB, 0)))
    disk_reader.warm()
