"""Tar archives, plain or packed, and single packed files. Streamed: nothing is sought, nothing kept.

``tarfile`` parses single headers only: its own loop ends in silence at a broken header, and reads
names of any declared size into memory. Format: POSIX.1-2017 pax (ustar interchange) and GNU tar.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from typing import Final

from tutela.detect.media.members import CHUNK_BYTES, Entry, Meter
from tutela.detect.media.shapes import MIB
from tutela.detect.media.troubles import DecodeTrouble
from tutela.detect.media.unpackers import Read, unpack_bz2, unpack_gzip, unpack_stored, unpack_xz

_BLOCK_BYTES: Final = 512
#: Long names and extended headers above this are refused; names end at 4,096 bytes anyway.
HEADER_BYTES_MAX: Final = MIB
#: Headers that only describe the next one: GNU long name and link, pax for one and for all.
_LONG_NAME, _LONG_LINK, _PAX, _PAX_GLOBAL = b"L", b"K", b"x", b"g"
#: Old GNU sparse format: flag of a further map in the header, and in each further map (GNU tar manual).
_SPARSE: Final = b"S"
_SPARSE_MORE_AT, _SPARSE_MAP_MORE_AT = 482, 504


class _Counted:
    """A ``read`` that counts how much of the container was taken in so far."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self.count_bytes = 0

    def __call__(self, count: int) -> bytes:
        data = self._read(count)
        self.count_bytes += len(data)
        return data


class _Stream:
    """Bytes in order out of chunks."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def some(self, count: int) -> bytes:
        """Between one and ``count`` bytes, none at the end."""
        if not self._rest:
            self._rest = memoryview(next(self._chunks, b""))
        data = bytes(self._rest[:count])
        self._rest = self._rest[count:]
        return data

    def exactly(self, count: int) -> bytes:
        """``count`` bytes, fewer only at the end."""
        parts, missing = [], count
        while missing and (data := self.some(missing)):
            parts.append(data)
            missing -= len(data)
        return b"".join(parts)


def looks_like_tar(untrusted_block: bytes) -> bool:
    """Whether a block is a tar header: its check sum is right and it is not empty."""
    try:
        tarfile.TarInfo.frombuf(untrusted_block[:_BLOCK_BYTES], "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def read_tar(read: Read, size_bytes: int, meter: Meter) -> Iterator[Entry]:
    """The files of a plain tar of ``size_bytes`` bytes. Raises DecodeTrouble."""
    taken = _Counted(read)
    stream = _Stream(meter.bound(unpack_stored(taken), lambda: taken.count_bytes))
    yield from _Tar(stream, meter, size_bytes).entries()


def read_packed(read: Read, kind: str, meter: Meter) -> Iterator[Entry]:
    """The files of a packed tar, or the one file that a gz, bz2 or xz holds. Raises DecodeTrouble.

    That one file has an empty path: the parent knows what the packed file is called.
    """
    packed = _Counted(read)
    stream = _Stream(meter.bound(_unpack(packed, kind, meter), lambda: packed.count_bytes))
    head = stream.exactly(_BLOCK_BYTES)
    if looks_like_tar(head):
        yield from _Tar(stream, meter, None).entries(head)
        return
    meter.entry()
    yield Entry(path="", chunks=_rest_of(stream, head))


def _unpack(read: Read, kind: str, meter: Meter) -> Iterator[bytes]:
    if kind == "xz":
        return unpack_xz(read, meter.limits.dictionary_bytes_max)
    return (unpack_gzip if kind == "gz" else unpack_bz2)(read)


def _rest_of(stream: _Stream, head: bytes) -> Iterator[bytes]:
    chunk = head
    while chunk:
        yield chunk
        chunk = stream.some(CHUNK_BYTES)


class _Tar:
    """One pass over a tar."""

    def __init__(self, stream: _Stream, meter: Meter, size_bytes: int | None) -> None:
        self._stream, self._meter, self._size_bytes = stream, meter, size_bytes
        #: Bytes of the current member and its padding that are still ahead.
        self._left = self._padding = 0
        #: What extended headers said about the next member.
        self._extended: dict[str, str] = {}

    def entries(self, first: bytes = b"") -> Iterator[Entry]:
        """The files; ``first`` is the first block where it was read already."""
        block = first or self._stream.exactly(_BLOCK_BYTES)
        while block and block.count(0) != _BLOCK_BYTES:
            self._meter.entry()
            entry = self._read_header(block)
            if entry is not None:
                yield entry
            self._skip()
            block = self._stream.exactly(_BLOCK_BYTES)

    def _read_header(self, block: bytes) -> Entry | None:
        """The entry of a header; None for folders and for headers about the next member."""
        try:
            info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except tarfile.HeaderError as error:
            raise DecodeTrouble("unreadable", "walk_broken") from error
        if info.type in (_LONG_NAME, _LONG_LINK, _PAX, _PAX_GLOBAL):
            self._read_extension(info)
            return None
        extended, self._extended = self._extended, {}
        if info.isdir():
            return None
        entry = Entry(path=extended.get("path", info.name), declared_bytes=self._size(info, extended))
        if info.issym() or info.islnk() or info.isdev():
            entry.trouble = ("not_media", "link")
            return entry
        self._skip_sparse_maps(info, block)
        self._expect(entry.declared_bytes)
        if info.type == _SPARSE or any(key.startswith("GNU.sparse.") for key in extended):
            entry.trouble = ("unreadable", "packing")
        else:
            entry.chunks = self._content()
        return entry

    def _size(self, info: tarfile.TarInfo, extended: dict[str, str]) -> int:
        text = extended.get("size", "")
        size_bytes = int(text) if text.isdecimal() and len(text) < 19 else info.size
        most = self._size_bytes
        if size_bytes < 0 or (most is not None and size_bytes > self._meter.limits.archive_ratio_max * most):
            raise DecodeTrouble("refused", "declared")
        return size_bytes

    def _expect(self, size_bytes: int) -> None:
        self._left, self._padding = size_bytes, -size_bytes % _BLOCK_BYTES

    def _content(self) -> Iterator[bytes]:
        while self._left:
            chunk = self._stream.some(min(self._left, CHUNK_BYTES))
            if not chunk:
                raise DecodeTrouble("unreadable", "broken")
            self._left -= len(chunk)
            yield chunk

    def _skip(self) -> None:
        """Moves to the next header."""
        self._left, self._padding = self._left + self._padding, 0
        try:
            for _ in self._content():
                pass
        except DecodeTrouble as found:
            raise DecodeTrouble(found.kind, "walk_broken" if found.code == "broken" else found.code) from None

    def _read_extension(self, info: tarfile.TarInfo) -> None:
        if not 0 <= info.size <= HEADER_BYTES_MAX:
            raise DecodeTrouble("refused", "declared")
        self._expect(info.size)
        data = b"".join(self._content())
        if info.type == _LONG_NAME:
            self._extended["path"] = data.split(b"\0")[0].decode("utf-8", "surrogateescape")
        elif info.type == _PAX:
            self._extended |= dict(_pax_records(data))

    def _skip_sparse_maps(self, info: tarfile.TarInfo, block: bytes) -> None:
        more = info.type == _SPARSE and block[_SPARSE_MORE_AT]
        while more:
            self._meter.entry()
            further = self._stream.exactly(_BLOCK_BYTES)
            more = len(further) == _BLOCK_BYTES and further[_SPARSE_MAP_MORE_AT]


def _pax_records(untrusted_data: bytes) -> Iterator[tuple[str, str]]:
    """(keyword, value) of records ``<length> <keyword>=<value>\\n``; ends at the first broken one."""
    at = 0
    while at < len(untrusted_data):
        digits, _, _ = untrusted_data[at : at + 8].partition(b" ")
        length = int(digits) if digits.isdigit() else 0
        if length <= len(digits) + 1:  # nothing in it: it would be read again for ever
            return
        record = untrusted_data[at + len(digits) + 1 : at + length - 1]
        keyword, equals, value = record.partition(b"=")
        if not equals:
            return
        yield keyword.decode("utf-8", "surrogateescape"), value.decode("utf-8", "surrogateescape")
        at += length
