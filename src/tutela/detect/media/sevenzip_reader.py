"""7z archives through ``py7zr``, in memory only: its headers and its decompressors, never its extraction.

Its extraction asks for the working directory and reads up to 128 MB at once; here each folder is
unpacked in bounded steps. Every dictionary is checked before a decompressor is made, that of the
packed header too. Format: 7zFormat.txt of the LZMA SDK.
"""

from __future__ import annotations

import io
import lzma
import struct
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from tutela.detect.media.members import CHUNK_BYTES, Entry, Meter
from tutela.detect.media.shapes import Limits
from tutela.detect.media.troubles import DecodeTrouble

try:
    import py7zr
    from py7zr.archiveinfo import HeaderStreamsInfo
    from py7zr.exceptions import ArchiveError, PasswordRequired
except ImportError:  # the extra ``archives`` is not installed
    py7zr = None  # type: ignore[assignment,unused-ignore]  # the extra is absent

AVAILABLE: Final = py7zr is not None

#: Signature header: magic, version, check sum, then offset, size and check sum of the next header.
_SIGNATURE: Final = struct.Struct("<6s2sIQQI")
#: First byte of a next header that is itself packed.
_PACKED_HEADER: Final = b"\x17"
#: Bytes of header an entry may need: times, attributes and a name of 255 UTF-16 characters.
_HEADER_BYTES_PER_ENTRY: Final = 1024
_HEADER_BYTES_LEAST: Final = 64 << 10
#: Coder ids (Methods.txt of the LZMA SDK).
_LZMA2, _LZMA, _PPMD = b"\x21", b"\x03\x01\x01", b"\x03\x04\x01"


def warm() -> None:
    """Packs and unpacks a few bytes, so that nothing is loaded after the seal."""
    if not AVAILABLE:
        return
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w") as archive:
        archive.writestr(b"tutela", "warm")
    size_bytes = len(buffer.getvalue())
    for entry in read_7z(buffer, size_bytes, Meter(Limits(), size_bytes)):
        b"".join(entry.chunks)


def read_7z(file: BinaryIO, size_bytes: int, meter: Meter) -> Iterator[Entry]:
    """The files of a 7z, in the order in which they are packed. Raises DecodeTrouble.

    ``file`` is seekable: the header lies at the end.
    """
    if not AVAILABLE:
        raise DecodeTrouble("unreadable", "archives")
    try:
        _check_header(file, size_bytes, meter.limits)
        file.seek(0)
        with py7zr.SevenZipFile(file, "r") as archive:
            if archive.needs_password():
                raise DecodeTrouble("unreadable", "encrypted")
            yield from _entries(archive, file, meter)
    except PasswordRequired as error:
        raise DecodeTrouble("unreadable", "encrypted") from error
    except MemoryError as error:
        raise DecodeTrouble("refused", "memory") from error
    except (ArchiveError, *_BROKEN) as error:
        raise DecodeTrouble("unreadable", "walk_broken") from error


#: What py7zr and its decompressors raise for hostile input beside their own errors (its issue list
#: and our mutants): they parse with plain indexing, struct and asserts.
_BROKEN: Final = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, EOFError, OSError,
    OverflowError, RuntimeError, zlib.error, lzma.LZMAError, struct.error,
)  # fmt: skip


def _check_header(file: BinaryIO, size_bytes: int, limits: Limits) -> None:
    """Refuses a header too large for the entries that are allowed, or packed with a large dictionary."""
    file.seek(0)
    head = file.read(_SIGNATURE.size)
    if len(head) < _SIGNATURE.size:
        raise DecodeTrouble("unreadable", "broken")
    _, _, _, offset, length, _ = _SIGNATURE.unpack(head)
    most = max(_HEADER_BYTES_LEAST, limits.archive_entries_max * _HEADER_BYTES_PER_ENTRY)
    if _SIGNATURE.size + offset + length > size_bytes:
        raise DecodeTrouble("unreadable", "broken")
    if length > most:
        raise DecodeTrouble("refused", "entries")
    file.seek(_SIGNATURE.size + offset)
    header = io.BytesIO(file.read(length))
    if header.read(1) != _PACKED_HEADER:
        return
    for folder in HeaderStreamsInfo.retrieve(header).unpackinfo.folders:
        _check_coders(folder, limits)
        if sum(folder.unpacksizes) > most:
            raise DecodeTrouble("refused", "entries")


def _check_coders(folder: Any, limits: Limits) -> None:
    for coder in folder.coders:
        if _dictionary_bytes(coder["method"], coder.get("properties") or b"") > limits.dictionary_bytes_max:
            raise DecodeTrouble("refused", "dictionary")


def _dictionary_bytes(method: bytes, properties: bytes) -> int:
    """Bytes of memory that a coder asks for by its properties; 0 for those that ask for none."""
    if method == _LZMA2 and properties:
        bits = properties[0]
        return 0xFFFFFFFF if bits >= 40 else (2 | bits & 1) << (bits // 2 + 11)
    if method in (_LZMA, _PPMD) and len(properties) >= 5:
        return int.from_bytes(properties[1:5], "little")
    return 0


def _entries(archive: Any, file: BinaryIO, meter: Meter) -> Iterator[Entry]:
    streams = getattr(archive.header, "main_streams", None)
    for item in archive.files:
        meter.entry()
        if item.emptystream and not item.is_directory:
            yield Entry(path=item.filename)
    if streams is None:
        return
    folders = streams.unpackinfo.folders
    for folder in folders:
        _check_coders(folder, meter.limits)
    at = 0
    for folder in folders:
        streams_in = max(len(folder.packed_indices), 1)
        packed_bytes = sum(streams.packinfo.packsizes[at : at + streams_in])
        file.seek(archive.afterheader + streams.packinfo.packpositions[at])
        yield from _Folder(folder, file, packed_bytes, meter).entries()
        at += streams_in


class _Folder:
    """One packed folder: its files lie behind each other in one stream."""

    def __init__(self, folder: Any, file: BinaryIO, packed_bytes: int, meter: Meter) -> None:
        self._folder, self._file, self._meter = folder, file, meter
        self._packed_bytes = packed_bytes
        self._decompressor: Any = None
        #: Nothing behind a broken place of a folder can be unpacked.
        self._broken = False

    def entries(self) -> Iterator[Entry]:
        """The files; one that is left alone is unpacked past, for the next ones lie behind it."""
        for item in self._folder.files or ():
            chunks = self._meter.bound(self._content(item), lambda: self._packed_bytes)
            entry = Entry(path=item.filename, chunks=chunks, declared_bytes=item.uncompressed)
            if item.is_symlink or item.is_junction or item.is_socket:
                entry.trouble, entry.chunks = ("not_media", "link"), iter(())
            yield entry
            _drain(chunks)

    def _content(self, item: Any) -> Iterator[bytes]:
        left, crc32 = item.uncompressed, 0
        while left > 0:
            chunk = self._step(min(left, CHUNK_BYTES))
            left -= len(chunk)
            crc32 = zlib.crc32(chunk, crc32)
            if chunk:
                yield chunk
        if item.crc32 is not None and crc32 != item.crc32:
            raise DecodeTrouble("unreadable", "broken")

    def _step(self, count: int) -> bytes:
        """Up to ``count`` further bytes; none when the decompressor only took some in."""
        if self._broken:
            raise DecodeTrouble("unreadable", "broken")
        self._broken = True
        try:
            if self._decompressor is None:
                self._decompressor = self._folder.get_decompressor(self._packed_bytes)
            at = self._file.tell()
            chunk = bytes(self._decompressor.decompress(self._file, count))
        except (ArchiveError, *_BROKEN) as error:
            raise DecodeTrouble("unreadable", "broken") from error
        if not chunk and self._file.tell() == at:
            raise DecodeTrouble("unreadable", "broken")
        self._broken = False
        return chunk


def _drain(chunks: Iterator[bytes]) -> None:
    """Unpacks past what was left alone; its wrong check sum is nobody's concern."""
    try:
        for _ in chunks:
            pass
    except DecodeTrouble as found:
        if (found.kind, found.code) != ("unreadable", "broken"):
            raise
