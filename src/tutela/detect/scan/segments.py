"""The further parts of a disk image that was written in several files: ``image.E01``, ``image.E02`` ..."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tutela.detect.scan.sources.folders import open_file


def further_segments(name: str) -> Iterator[str]:
    """The names that follow ``image.E01`` (any case): E02 to E99, then EAA to EZZ, then FAA to ZZZ.

    Nothing for another name. Source: libewf, EWF format documentation, "segment file extension".
    """
    stem, _, ending = name.rpartition(".")
    if not stem or ending.lower() != "e01":
        return
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    numbered = (f"E{number:02d}" for number in range(2, 100))
    lettered = (a + b + c for a in letters[letters.index("E") :] for b in letters for c in letters)
    for following in (*numbered, *lettered):
        yield f"{stem}.{following if ending.isupper() else following.lower()}"


@contextmanager
def open_segments(path: str, opener: Callable[[bytes], int] = open_file) -> Iterator[list[int]]:
    """Read-only descriptors of the segments that follow ``path``, up to the first that is missing."""
    folder, name = os.path.split(path)
    fds: list[int] = []
    try:
        for following in further_segments(name):
            try:
                fds.append(opener(os.fsencode(os.path.join(folder, following))))
            except OSError:
                break
        yield fds
    finally:
        for fd in fds:
            os.close(fd)
