"""A file system on an image that can be searched block by block, and the search."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np

#: Bytes by which a needle is found first; it is then compared whole.
_KEY_BYTES = 8


@cache
def cannot_mount() -> str:
    """Why no image can be mounted here; empty when one could be."""
    if program("mke2fs") is None:
        return "mke2fs is missing (apt-get install e2fsprogs)"
    if os.getuid() != 0:
        return "only root may mount an image"
    if not Path("/dev/loop-control").exists():
        return "there is no loop device (modprobe loop)"
    with tempfile.TemporaryDirectory() as place:
        try:
            make_image(Path(place, "try.img"), 4 << 20)
            with mounted(Path(place, "try.img"), Path(place, "disk")):
                return ""
        except RuntimeError as error:
            return str(error)


def program(name: str) -> str | None:
    """Its path; system folders are searched too."""
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"]))


def make_image(image: Path, size_bytes: int) -> None:
    """An empty ext4 file system with its journal, as mke2fs makes it by default."""
    image.touch()
    os.truncate(image, size_bytes)
    _call("mke2fs", "-q", "-F", "-t", "ext4", str(image))


@contextmanager
def mounted(image: Path, place: Path) -> Iterator[Path]:
    """The folder where the file system is mounted; everything is on the image when the block ends."""
    place.mkdir(exist_ok=True)
    _call("mount", "-o", "loop", str(image), str(place))
    try:
        yield place
    finally:
        os.sync()
        _call("umount", str(place))


def _call(name: str, *arguments: str) -> None:
    done = subprocess.run([program(name) or name, *arguments], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr.strip()}")


def forms(secret: bytes) -> Iterator[bytes]:
    """The secret as it is, in hex, in base64 at each of three places, and as UTF-16 text."""
    yield secret
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    yield secret.decode("latin-1").encode("utf-16-le")
    for shift in range(3):
        coded = base64.b64encode(bytes(shift) + secret)
        yield coded[4 if shift else 0 : len(coded) // 4 * 4 - 4]


def found(haystack: bytes, needles: Mapping[str, Iterable[bytes]]) -> set[str]:
    """The names of the needles of which at least one form stands anywhere in ``haystack``."""
    by_key: dict[int, list[tuple[bytes, str]]] = {}
    for name, some in needles.items():
        for one in some:
            key = int.from_bytes(one[:_KEY_BYTES], "little")
            by_key.setdefault(key, []).append((one, name))
    keys = np.array(sorted(by_key), dtype="<u8")
    seen: set[str] = set()
    for shift in range(_KEY_BYTES):
        for place in _places(haystack, keys, shift):
            key = int.from_bytes(haystack[place : place + _KEY_BYTES], "little")
            seen.update(name for one, name in by_key[key] if haystack.startswith(one, place))
    return seen


def _places(haystack: bytes, keys: np.ndarray[tuple[int], np.dtype[np.uint64]], shift: int) -> list[int]:
    """Where eight bytes of ``haystack`` at ``shift`` plus a multiple of eight are one of the keys."""
    whole = (len(haystack) - shift) // _KEY_BYTES
    words = np.frombuffer(haystack, dtype="<u8", count=max(0, whole), offset=shift) if whole > 0 else keys[:0]
    at = np.minimum(np.searchsorted(keys, words), len(keys) - 1)
    return [int(place) * _KEY_BYTES + shift for place in np.flatnonzero(keys[at] == words)]


def carved(haystack: bytes, magic: bytes, length: int) -> Iterator[bytes]:
    """Everything that begins like a file of the format, up to ``length`` bytes of it."""
    place = haystack.find(magic)
    while place >= 0:
        yield haystack[place : place + length]
        place = haystack.find(magic, place + 1)
