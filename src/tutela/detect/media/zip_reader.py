"""Zip archives without ``zipfile``: entries that overlap are refused before anything is unpacked.

``zipfile`` of Python 3.11 and 3.12 unpacks 500 MB from a 24.5 kB archive whose 500 central entries
share one local header (threat model section 10.5), and holds half a kilobyte for each entry. This
reader keeps 16 bytes an entry. Layout: PKWARE APPNOTE 6.3.10, sections in the comments.
"""

from __future__ import annotations

import struct
import zlib
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from stat import S_IFLNK, S_IFMT
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tutela.detect.media.members import Entry, Meter
from tutela.detect.media.troubles import DecodeTrouble
from tutela.detect.media.unpackers import unpack_bz2, unpack_deflate, unpack_stored, unpack_zip_lzma

ReadAt = Callable[[int, int], bytes]

#: End record (4.3.16), its zip64 forms (4.3.15, 4.3.14), central (4.3.12) and local header (4.3.7).
_END: Final = struct.Struct("<4s4H2IH")
_END64_PLACE: Final = struct.Struct("<4sIQI")
_END64: Final = struct.Struct("<4sQ2H2I4Q")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_LOCAL: Final = struct.Struct("<4s5H3I2H")
#: The end record is followed by a comment of at most 65,535 bytes (4.3.16).
_END_SEARCH_BYTES: Final = _END.size + 0xFFFF
_WINDOW_BYTES: Final = 256 << 10
#: Marks of a value that stands in the zip64 field instead (4.5.3).
_IN_ZIP64: Final = 0xFFFFFFFF
_ZIP64_FIELD: Final = 1
#: General purpose flags (4.4.4): encrypted, strong encryption, UTF-8 name, masked local header.
_ENCRYPTED: Final = 0x0001 | 0x0040 | 0x2000
_UTF8: Final = 0x0800
#: Compression methods (4.4.5).
_LZMA: Final = 14
_UNPACK: Final = {0: unpack_stored, 8: unpack_deflate, 12: unpack_bz2}
#: Names without the UTF-8 flag (appendix D.1).
_NAME_CODEC: Final = "cp437"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Central:
    """One untrusted entry of the central directory."""

    flags: int
    method: int
    crc32: int
    packed_bytes: int
    plain_bytes: int
    offset: int
    unix_mode: int
    name: bytes

    @property
    def path(self) -> str:
        """The name as text; surrogates stand for bytes that are no text."""
        if self.flags & _UTF8:
            return self.name.decode("utf-8", "surrogateescape")
        return self.name.decode(_NAME_CODEC)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Directory:
    """Where the central directory lies, and how far all offsets are shifted by bytes before the zip."""

    start: int
    size_bytes: int
    shift: int


def read_zip(read_at: ReadAt, size_bytes: int, meter: Meter) -> Iterator[Entry]:
    """The files of a zip in the order of its directory. Raises DecodeTrouble.

    ``read_at(offset, count)`` reads the archive of ``size_bytes`` bytes.
    """
    directory = _find_directory(read_at, size_bytes)
    bounds = _check_overlaps(read_at, directory, meter)
    for central in _central_entries(read_at, directory):
        if not central.name.endswith(b"/"):
            yield _entry(read_at, central, bounds, meter)


def _find_directory(read_at: ReadAt, size_bytes: int) -> _Directory:
    search = min(size_bytes, _END_SEARCH_BYTES)
    tail = read_at(size_bytes - search, search)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise DecodeTrouble("unreadable", "broken")
    fields = _END.unpack_from(tail, at)
    end, length, start = size_bytes - search + at, fields[5], fields[6]
    if _IN_ZIP64 in (length, start) or 0xFFFF in fields[1:5]:
        end, length, start = _find_directory64(read_at, end, length, start)
    if not 0 <= end - length <= end or end - length - start < 0:
        raise DecodeTrouble("unreadable", "broken")
    return _Directory(start=end - length, size_bytes=length, shift=end - length - start)


def _find_directory64(read_at: ReadAt, end: int, length: int, start: int) -> tuple[int, int, int]:
    """(end of the directory, its length, its stated start) by the zip64 end record, if there is one."""
    place_at = end - _END64_PLACE.size
    place = read_at(place_at, _END64_PLACE.size) if place_at >= 0 else b""
    if not place.startswith(b"PK\x06\x07"):
        return end, length, start
    # The record lies right before its locator unless bytes precede the zip and shift everything.
    for at in (_END64_PLACE.unpack(place)[2], place_at - _END64.size):
        record = read_at(at, _END64.size) if 0 <= at < place_at else b""
        if record.startswith(b"PK\x06\x06") and len(record) == _END64.size:
            fields = _END64.unpack(record)
            return at, fields[8], fields[9]
    raise DecodeTrouble("unreadable", "broken")


def _check_overlaps(read_at: ReadAt, directory: _Directory, meter: Meter) -> NDArray[np.uint64]:
    """Sorted starts of all local headers, and the directory's as the last. Refuses overlaps.

    Each entry needs its local header and its packed bytes for itself; the exact length of the local
    header is checked again when the entry is opened.
    """
    starts, ends = array("Q"), array("Q")
    for central in _central_entries(read_at, directory):
        meter.entry()
        starts.append(central.offset)
        ends.append(central.offset + _LOCAL.size + central.packed_bytes)
    order = np.argsort(starts, kind="stable")
    bounds = np.append(np.array(starts, dtype=np.uint64)[order], np.uint64(directory.start))
    if np.any(np.array(ends, dtype=np.uint64)[order] > bounds[1:]):
        raise DecodeTrouble("refused", "overlap")
    return bounds


def _central_entries(read_at: ReadAt, directory: _Directory) -> Iterator[_Central]:
    """All entries, read through a window; DecodeTrouble for a directory that is none."""
    window, base, at = b"", 0, 0
    while base + at < directory.size_bytes:
        if len(window) - at < _CENTRAL.size + 3 * 0xFFFF:
            base, at = base + at, 0
            wanted = min(directory.size_bytes - base, _WINDOW_BYTES + 3 * 0xFFFF)
            window = read_at(directory.start + base, wanted)
        if not window.startswith(b"PK\x01\x02", at) or len(window) - at < _CENTRAL.size:
            raise DecodeTrouble("unreadable", "broken")
        fields = _CENTRAL.unpack_from(window, at)
        name_at = at + _CENTRAL.size
        extra_at = name_at + fields[10]
        at = extra_at + fields[11] + fields[12]
        if at > len(window):
            raise DecodeTrouble("unreadable", "broken")
        yield _parse_central(
            fields, window[name_at:extra_at], window[extra_at : extra_at + fields[11]], directory.shift
        )


def _parse_central(fields: tuple[int, ...], name: bytes, extra: bytes, shift: int) -> _Central:
    sizes = _zip64_values([fields[9], fields[8], fields[16]], extra)
    if sizes[2] + shift >= 1 << 62 or sizes[1] >= 1 << 62:
        raise DecodeTrouble("unreadable", "broken")
    return _Central(
        flags=fields[3],
        method=fields[4],
        crc32=fields[7],
        packed_bytes=sizes[1],
        plain_bytes=sizes[0],
        offset=sizes[2] + shift,
        unix_mode=fields[15] >> 16,
        name=name,
    )


def _zip64_values(values: list[int], extra: bytes) -> list[int]:
    """(plain size, packed size, offset), those marked replaced from the zip64 field (4.5.3)."""
    at = 0
    while at + 4 <= len(extra):
        tag, length = struct.unpack_from("<HH", extra, at)
        if tag == _ZIP64_FIELD:
            wide = iter(struct.unpack_from(f"<{min(length, len(extra) - at - 4) // 8}Q", extra, at + 4))
            return [next(wide, _IN_ZIP64) if value == _IN_ZIP64 else value for value in values]
        at += 4 + length
    return values


def _entry(read_at: ReadAt, central: _Central, bounds: NDArray[np.uint64], meter: Meter) -> Entry:
    entry = Entry(path=central.path, declared_bytes=central.plain_bytes)
    if S_IFMT(central.unix_mode) == S_IFLNK:
        entry.trouble = ("not_media", "link")
    elif central.flags & _ENCRYPTED:
        entry.trouble = ("unreadable", "encrypted")
    elif central.method != _LZMA and central.method not in _UNPACK:
        entry.trouble = ("unreadable", "packing")
    else:
        entry.chunks = meter.bound(
            _checked(_plain(read_at, central, bounds, meter), central), lambda: central.packed_bytes
        )
    return entry


def _plain(read_at: ReadAt, central: _Central, bounds: NDArray[np.uint64], meter: Meter) -> Iterator[bytes]:
    """The unpacked chunks; nothing is read before the first is asked for."""
    local = read_at(central.offset, _LOCAL.size)
    if not local.startswith(b"PK\x03\x04") or len(local) < _LOCAL.size:
        raise DecodeTrouble("unreadable", "broken")
    fields = _LOCAL.unpack(local)
    start = central.offset + _LOCAL.size + fields[9] + fields[10]
    end = start + central.packed_bytes
    following = int(np.searchsorted(bounds, np.uint64(central.offset), side="right"))
    if following >= len(bounds) or end > int(bounds[following]):
        raise DecodeTrouble("refused", "overlap")
    read = _window(read_at, start, end)
    if central.method == _LZMA:
        yield from unpack_zip_lzma(read, meter.limits.dictionary_bytes_max)
    else:
        yield from _UNPACK[central.method](read)


def _window(read_at: ReadAt, start: int, end: int) -> Callable[[int], bytes]:
    """A ``read`` over the bytes from ``start`` to ``end``."""
    at = start

    def read(count: int) -> bytes:
        nonlocal at
        data = read_at(at, min(count, end - at)) if at < end else b""
        at += len(data)
        return data

    return read


def _checked(chunks: Iterator[bytes], central: _Central) -> Iterator[bytes]:
    """The chunks; DecodeTrouble at the end when the check sum is another."""
    crc32 = 0
    for chunk in chunks:
        crc32 = zlib.crc32(chunk, crc32)
        yield chunk
    if crc32 != central.crc32:
        raise DecodeTrouble("unreadable", "broken")
