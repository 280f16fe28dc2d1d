"""Paths from a list: one a line, or separated by NUL bytes as ``find -print0`` writes them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO

#: Bytes read at once from the list.
BLOCK_BYTES = 1 << 16
#: Longest path that is believed (Linux: PATH_MAX is 4,096 bytes); a longer line is no list of paths.
PATH_BYTES_MAX = 1 << 16


def listed_paths(stream: BinaryIO, *, separator: bytes = b"\n") -> Iterator[str]:
    """The paths of a list as they arrive; empty lines are left out.

    Reads on demand, so that ``find / -print0 | tutela scan -`` starts with the first path. Raises
    ValueError when something longer than any path stands between two separators.
    """
    rest = b""
    while block := stream.read1(BLOCK_BYTES) if hasattr(stream, "read1") else stream.read(BLOCK_BYTES):
        *lines, rest = (rest + block).split(separator)
        yield from _paths(lines, separator)
        if len(rest) > PATH_BYTES_MAX:
            raise ValueError("the list holds something longer than a path; is it separated as expected?")
    yield from _paths([rest], separator)


def _paths(lines: list[bytes], separator: bytes) -> Iterator[str]:
    ending = b"\r" if separator == b"\n" else b""
    names = (line.removesuffix(ending) for line in lines)
    return (os.fsdecode(name) for name in names if name)
