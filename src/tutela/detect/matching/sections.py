"""The outer shape of a list file: magic, JSON header, named sections. Knows nothing about hashes.

Layout (decisions.md section 8): ``TUTELA-LIST 1`` and a line feed, the length of the JSON as
little-endian uint32 at offset 16, the SHA-256 of the JSON at offset 20, the JSON at offset 64, then
sections aligned to 4 KiB. All numbers are little-endian and the header says so; each section has its
own SHA-256, which only ``verify`` computes again. A file is written beside its place and renamed, so
a reader never sees half a list and never a list that shrinks (which would be a SIGBUS under mmap).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import mmap
import os
import secrets
import stat
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from tutela.kernel.formats import check_version

MAGIC_WORD = b"TUTELA-LIST "
#: Version of the list file (decisions.md section 12: the files of release n-1 are read).
FORMAT_VERSION = 1
#: Sections begin at a multiple of this (a memory page on the systems we know).
ALIGNMENT_BYTES = 4096
#: Longest JSON header; it holds names, thresholds and the section table, never entries.
HEADER_BYTES_MAX = 1 << 20
_JSON_AT = 64
_LENGTH_AT = 16
_WRITE_BYTES = 8 << 20
#: More than one row of the section table needs as JSON: names, three numbers, a digest.
_TABLE_ROW_BYTES_MAX = 512


@dataclass(frozen=True, kw_only=True, slots=True)
class SectionPlan:
    """One section to be written: little-endian array and the type name that goes into the header."""

    name: str
    array: NDArray[Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class SectionFile:
    """An open file: parsed JSON header, arrays over its sections, and the digests they should have."""

    header: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]]
    sha256: Mapping[str, str]
    size_bytes: int


def _aligned(offset: int) -> int:
    return -(-offset // ALIGNMENT_BYTES) * ALIGNMENT_BYTES


def _raw(array: NDArray[Any]) -> memoryview:
    """The bytes of a C-contiguous array without a copy."""
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8).data


def _type_name(dtype: np.dtype[Any]) -> str:
    return dtype.str if dtype.names is None else "row"


def _table(plans: list[SectionPlan], first_at: int) -> list[dict[str, object]]:
    table: list[dict[str, object]] = []
    at = first_at
    for plan in plans:
        raw = _raw(plan.array)
        table.append(
            {
                "name": plan.name,
                "offset": at,
                "size": len(raw),
                "type": _type_name(plan.array.dtype),
                "shape": list(plan.array.shape),
                "sha256": hashlib.sha256(raw).hexdigest(),
            }
        )
        at = _aligned(at + len(raw))
    return table


def _compose_header(header: Mapping[str, Any], plans: list[SectionPlan]) -> tuple[bytes, list[int]]:
    """The JSON and the offset of each section; the first offset leaves room for the longest table."""
    body = dict(header) | {"byte_order": "little"}
    room = _aligned(_JSON_AT + len(json.dumps(body)) + _TABLE_ROW_BYTES_MAX * (len(plans) + 1))
    table = _table(plans, room)
    text = json.dumps(body | {"sections": table}, sort_keys=True).encode()
    if len(text) > HEADER_BYTES_MAX:
        raise ValueError("the header is longer than 1 MiB")
    return text, [int(str(row["offset"])) for row in table]


def _write_at(stream: BinaryIO, offset: int, raw: memoryview) -> None:
    stream.seek(offset)
    for start in range(0, len(raw), _WRITE_BYTES):
        stream.write(raw[start : start + _WRITE_BYTES])


def _write_all(stream: BinaryIO, header: Mapping[str, Any], plans: list[SectionPlan]) -> None:
    text, offsets = _compose_header(header, plans)
    stream.write(MAGIC_WORD + str(FORMAT_VERSION).encode() + b"\n")
    stream.seek(_LENGTH_AT)
    stream.write(struct.pack("<I", len(text)) + hashlib.sha256(text).digest())
    stream.seek(_JSON_AT)
    stream.write(text)
    end = _JSON_AT + len(text)
    for offset, plan in zip(offsets, plans, strict=True):
        raw = _raw(plan.array)
        _write_at(stream, offset, raw)
        end = offset + len(raw)
    stream.truncate(_aligned(end))


def sync_folder(folder: Path) -> None:
    """Return when the names in ``folder`` are on disk. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_file(path: Path, write: Any) -> None:
    """Put what ``write(stream)`` writes in place of ``path``: mode 0600, synced, renamed. Raises OSError."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
    descriptor = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(beside, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            beside.unlink()
        raise
    sync_folder(path.parent)


def write_sections(path: Path, header: Mapping[str, Any], plans: list[SectionPlan]) -> None:
    """Write one list file. Raises OSError; what stood at ``path`` stays until the rename."""
    replace_file(path, lambda stream: _write_all(stream, header, plans))


def _refuse_constant(name: str) -> float:
    raise ValueError(f"the header contains {name}")


def _parse_header(raw: bytes) -> dict[str, Any]:
    try:
        header = json.loads(raw, parse_constant=_refuse_constant)
    except (UnicodeDecodeError, RecursionError) as error:
        raise ValueError("the header is not JSON") from error
    if not isinstance(header, dict):
        raise ValueError("the header is not a JSON object")
    if header.get("byte_order") != "little":
        raise ValueError("the byte order is not 'little': the file was not written by this format")
    return header


def _check_magic(first: bytes) -> None:
    if not first.startswith(MAGIC_WORD):
        raise ValueError("this is not a tutela list (it does not begin with TUTELA-LIST)")
    digits = first[len(MAGIC_WORD) : _LENGTH_AT].split(b"\n", 1)[0]
    if not digits.isdigit():
        raise ValueError("the format version after TUTELA-LIST is not a number")
    check_version("the list", digits.decode("ascii"), reads=FORMAT_VERSION)


def _read_header(mapped: mmap.mmap) -> dict[str, Any]:
    first = mapped[:_JSON_AT]
    _check_magic(first)
    if len(first) < _JSON_AT:
        raise ValueError("the file ends inside its first 64 bytes")
    (length,) = struct.unpack_from("<I", first, _LENGTH_AT)
    if not 0 < length <= HEADER_BYTES_MAX or _JSON_AT + length > len(mapped):
        raise ValueError("the header is longer than the file or than 1 MiB")
    raw = mapped[_JSON_AT : _JSON_AT + length]
    if hashlib.sha256(raw).digest() != first[_LENGTH_AT + 4 : _LENGTH_AT + 36]:
        raise ValueError("the header does not have the digest that stands before it")
    return _parse_header(raw)


def _whole(value: object) -> int:
    """``value`` as a number of bytes or items. Raises ValueError for anything but an int >= 0."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 48:
        raise ValueError("a number in the section table is out of range")
    return value


def _section(
    untrusted_row: object, types: Mapping[str, np.dtype[Any]], mapped: mmap.mmap
) -> tuple[str, NDArray[Any], str] | None:
    """Name, array and digest of one section, or None when this release does not know the name."""
    if not isinstance(untrusted_row, dict):
        raise ValueError("a row of the section table is not an object")
    name, digest, shape = (untrusted_row.get(key) for key in ("name", "sha256", "shape"))
    if not isinstance(name, str) or not isinstance(digest, str) or not isinstance(shape, list):
        raise ValueError("a row of the section table lacks name, sha256 or shape")
    if name not in types:
        return None
    dtype = types[name]
    if untrusted_row.get("type") != _type_name(dtype) or len(shape) > 3:
        raise ValueError(f"section {name} is not of type {_type_name(dtype)}")
    offset, size = _whole(untrusted_row.get("offset")), _whole(untrusted_row.get("size"))
    sides = [_whole(side) for side in shape]
    count = 1
    for side in sides:
        count *= side
    if count * dtype.itemsize != size or offset % ALIGNMENT_BYTES or offset + size > len(mapped):
        raise ValueError(f"section {name} does not fit into the file, or its size is wrong: is it cut off?")
    flat = np.frombuffer(mapped, dtype=dtype, count=count, offset=offset) if count else np.empty(0, dtype)
    return name, flat.reshape(sides), digest


def _map(path: Path) -> mmap.mmap:
    """The whole regular file, read-only. Raises ValueError for anything else, OSError from the system."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            raise ValueError("this is not a regular file")
        if facts.st_size == 0:
            raise ValueError("the file is empty")
        return mmap.mmap(descriptor, facts.st_size, access=mmap.ACCESS_READ)
    finally:
        os.close(descriptor)


def open_sections(path: Path, types: Mapping[str, np.dtype[Any]]) -> SectionFile:
    """The file's header and its known sections as read-only arrays over mmap.

    ``types`` gives the type each section must have; all of them must be there. Raises ValueError
    with what is wrong, OSError from the system. Sizes and places are checked, contents are not.
    """
    mapped = _map(path)
    header = _read_header(mapped)
    table = header.get("sections")
    if not isinstance(table, list) or len(table) > 1000:
        raise ValueError("the header has no section table")
    found = [row for row in (_section(row, types, mapped) for row in table) if row is not None]
    arrays = {name: array for name, array, _ in found}
    if len(arrays) != len(found) or set(arrays) != set(types):
        raise ValueError("sections are missing or occur twice")
    digests = {name: digest for name, _, digest in found}
    return SectionFile(header=header, arrays=arrays, sha256=digests, size_bytes=len(mapped))


def damaged_sections(opened: SectionFile) -> list[str]:
    """Names of the sections whose contents do not have the SHA-256 that the header states."""
    return [
        name
        for name, array in opened.arrays.items()
        if hashlib.sha256(_raw(array)).hexdigest() != opened.sha256[name]
    ]
