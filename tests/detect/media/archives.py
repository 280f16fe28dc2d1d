"""Containers as bytes, and small helpers to read them in process."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import py7zr

from tutela.detect.media.members import Entry

MEMBERS = {"a.txt": b"first", "folder/b.bin": bytes(range(256)) * 40, "empty": b""}
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def zip_of(members: Mapping[str, bytes] = MEMBERS, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def tar_of(
    members: Mapping[str, bytes] = MEMBERS, *, mode: str = "w", form: int = tarfile.PAX_FORMAT
) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, format=form) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def sevenzip_of(members: Mapping[str, bytes] = MEMBERS, **options: object) -> bytes:
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w", **options) as archive:  # type: ignore[arg-type]
        for name, data in members.items():
            archive.writestr(data, name)
    return buffer.getvalue()


def disk_of(folder: Path, image: Path, *, kind: str = "ext4", size_mib: int = 8) -> None:
    """A file system of ``kind`` with the files of ``folder``; needs e2fsprogs or mtools."""
    with image.open("wb") as file:
        file.truncate(size_mib << 20)
    if kind.startswith("ext"):
        run("mke2fs", "-q", "-t", kind, "-d", str(folder), str(image))
        return
    run("mkfs.vfat", str(image))
    run("mcopy", "-s", "-i", str(image), *(str(path) for path in sorted(folder.iterdir())), "::/")


def run(*command: str) -> None:
    """Runs a program of the system; its output matters only when it fails."""
    subprocess.run(command, check=True, capture_output=True, env={"PATH": PATH, "MTOOLS_SKIP_CHECK": "1"})


def read_at(data: bytes) -> Callable[[int, int], bytes]:
    return lambda offset, count: data[offset : offset + count]


def contents(entries: Iterator[Entry]) -> dict[str, bytes]:
    """Path to bytes of every entry that can be read."""
    return {entry.path: b"".join(entry.chunks) for entry in entries if entry.trouble is None}


@contextmanager
def descriptor(data: bytes) -> Iterator[int]:
    """A file in memory that holds ``data``."""
    fd = os.memfd_create("container")
    try:
        os.write(fd, data)
        yield fd
    finally:
        os.close(fd)
