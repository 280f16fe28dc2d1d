"""An append-only file of checked records: what a live list was told since its last segment.

A record is ``TREC``, the length of its payload, the CRC-32 of the payload, the CRC-32 of these twelve
bytes (little-endian uint32 each), and the payload. A record that was being written when the power failed
stands at the end and is dropped; damage anywhere else means that acknowledged records are lost, and that
is an error, never a shorter list.
"""

from __future__ import annotations

import contextlib
import os
import struct
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

_HEAD = struct.Struct("<4sII")
_HEAD_BYTES = _HEAD.size + 4
_MARK = b"TREC"


class Records(NamedTuple):
    """Payloads of the whole records, and the number of bytes they take."""

    payloads: list[bytes]
    size_bytes: int


def pack_record(payload: bytes) -> bytes:
    """One record as bytes."""
    head = _HEAD.pack(_MARK, len(payload), zlib.crc32(payload))
    return head + zlib.crc32(head).to_bytes(4, "little") + payload


def _head_at(raw: bytes, at: int) -> tuple[int, int] | None:
    """Length and checksum of the payload, or None when no whole head stands there."""
    head = raw[at : at + _HEAD.size]
    checksum = raw[at + _HEAD.size : at + _HEAD_BYTES]
    if len(checksum) < 4 or int.from_bytes(checksum, "little") != zlib.crc32(head):
        return None
    mark, length, payload_checksum = _HEAD.unpack(head)
    return (length, payload_checksum) if mark == _MARK else None


def _is_torn(rest: bytes) -> bool:
    """True when ``rest``, which is no whole record, can be the end of an interrupted write.

    That is: the record it begins is the last one and incomplete, or nothing but zeros follows the
    place of its head (the file system had made room and not written the bytes).
    """
    if not rest[_HEAD_BYTES:].strip(b"\0"):
        return True
    head = _head_at(rest, 0)
    return head is not None and len(rest) <= _HEAD_BYTES + head[0]


def parse_records(raw: bytes) -> Records:
    """All whole records from the beginning of ``raw``. Raises ValueError for damage before the end."""
    payloads: list[bytes] = []
    at = 0
    while at < len(raw):
        payload = _payload_at(raw, at)
        if payload is None:
            if not _is_torn(raw[at:]):
                raise ValueError(f"record {len(payloads) + 1} (byte {at}) is damaged, and more follows it")
            break
        payloads.append(payload)
        at += _HEAD_BYTES + len(payload)
    return Records(payloads, at)


def _payload_at(raw: bytes, at: int) -> bytes | None:
    head = _head_at(raw, at)
    if head is None:
        return None
    length, checksum = head
    payload = raw[at + _HEAD_BYTES : at + _HEAD_BYTES + length]
    whole = len(payload) == length and zlib.crc32(payload) == checksum
    return payload if whole else None


def read_log(path: Path, start: int = 0) -> Records:
    """The whole records from byte ``start`` on. Raises ValueError (damage), OSError.

    ``start`` must be the end of a record that was read before. A file that is not there has no records.
    """
    try:
        with path.open("rb") as stream:
            stream.seek(start)
            return parse_records(stream.read())
    except FileNotFoundError:
        return Records([], 0)


class LogWriter:
    """Appends records to one file durably. One writer at a time: the caller holds the lock of the list."""

    def __init__(self, path: Path, size_bytes: int) -> None:
        """Opens or creates; what stands after ``size_bytes`` is a torn record and is cut off. OSError."""
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self.size_bytes = size_bytes
        self._broken = False
        os.ftruncate(self._descriptor, size_bytes)
        os.fsync(self._descriptor)

    def append(self, payload: bytes) -> None:
        """Returns when the record is on disk. Raises OSError; nothing was added then.

        After a failed sync the state of the disk is unknown: the record is cut off again, and where
        even that fails the log takes no more records until the list is opened anew.
        """
        if self._broken:
            raise OSError("an earlier write failed; open the list again")
        record = pack_record(payload)
        try:
            written = 0
            while written < len(record):
                written += os.pwrite(self._descriptor, record[written:], self.size_bytes + written)
            os.fsync(self._descriptor)
        except OSError:
            self._undo()
            raise
        self.size_bytes += len(record)

    def _undo(self) -> None:
        self._broken = True
        with contextlib.suppress(OSError):
            os.ftruncate(self._descriptor, self.size_bytes)
            os.fsync(self._descriptor)
            self._broken = False

    def close(self) -> None:
        """Closes the file; all records are on disk already."""
        os.close(self._descriptor)


def pack_records(payloads: Iterable[bytes]) -> bytes:
    """Several records as the contents of a file."""
    return b"".join(pack_record(payload) for payload in payloads)
