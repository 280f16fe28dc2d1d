"""Opening what others delivered: byte counts for progress, byte order marks, encodings, JSON or XML heads."""

from __future__ import annotations

import codecs
import io
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

from tutela.kernel.errors import Invalid, Unavailable

#: Called with the number of bytes that were read since the last call.
Progress = Callable[[int], None]
#: Longest line, in characters: a film of 20,000 frames is 1.3 million digits.
LINE_CHARACTERS_MAX = 1 << 24
#: Bytes looked at to guess encoding and format.
HEAD_BYTES = 64 << 10
_BUFFER_BYTES = 1 << 20
#: Marks and the encodings they announce; the longer UTF-32 mark begins like UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class _Counted(io.RawIOBase):
    """A raw file that reports how much was read."""

    def __init__(self, file: io.FileIO, progress: Progress) -> None:
        self._file, self._progress = file, progress

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int | None:  # type: ignore[override]  # a buffer is bytes
        count = self._file.readinto(buffer)
        self._progress(count or 0)
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


def silent(_: int) -> None:
    """Progress for nobody."""


def open_bytes(path: Path, progress: Progress = silent) -> BinaryIO:
    """The regular file, buffered. Raises Invalid when there is none, Unavailable from the system."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Invalid("there is no such file", field=str(path)) from error
    except OSError as error:
        raise Unavailable(f"{path}: the file cannot be read: {error.strerror}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Invalid("this is not a regular file", field=str(path))
    return io.BufferedReader(_Counted(io.FileIO(descriptor), progress), _BUFFER_BYTES)


def open_text(path: Path, encoding: str = "", progress: Progress = silent) -> TextIO:
    """The file as text: ``encoding``, or what its byte order mark says, or UTF-8.

    Line ends are left as they are. Raises like ``open_bytes``; ValueError for an unknown encoding.
    """
    chosen = checked_encoding(encoding) or mark_encoding(head(path)) or "utf-8"
    return io.TextIOWrapper(open_bytes(path, progress), encoding=chosen, errors="strict", newline="")


def checked_encoding(untrusted_name: str) -> str:
    """The name itself, or "" for "not said". Raises ValueError when Python knows no such encoding."""
    try:
        return untrusted_name and codecs.lookup(untrusted_name).name
    except LookupError as error:
        raise ValueError(f"there is no encoding {untrusted_name!r}") from error


def head(path: Path) -> bytes:
    """The first 64 KiB of a file."""
    with open_bytes(path) as file:
        return file.read(HEAD_BYTES)


def mark_encoding(first: bytes) -> str:
    """The encoding that a byte order mark at the beginning announces, or ""."""
    return next((name for mark, name in _MARKS if first.startswith(mark)), "")


def head_text(path: Path, encoding: str = "") -> str:
    """The beginning of a file as text, with signs that cannot be read replaced. Raises ValueError."""
    first = head(path)
    return first.decode(checked_encoding(encoding) or mark_encoding(first) or "utf-8", "replace")


def numbered_lines(file: TextIO) -> Iterator[tuple[int, str]]:
    """Number and stripped text of each line that is not blank. Raises ValueError naming the line."""
    number = 0
    while True:
        try:
            line = file.readline(LINE_CHARACTERS_MAX)
        except UnicodeDecodeError as error:
            raise ValueError(f"near line {number + 1}: {not_text(error)}") from error
        if not line:
            return
        number += 1
        if len(line) == LINE_CHARACTERS_MAX:
            raise ValueError(f"line {number}: longer than {LINE_CHARACTERS_MAX} characters")
        if text := line.strip():
            yield number, text


def not_text(error: UnicodeDecodeError) -> str:
    """What to say about bytes that the encoding does not know; never the bytes."""
    return f"not text in {error.encoding}; say --encoding, for example --encoding latin-1"
