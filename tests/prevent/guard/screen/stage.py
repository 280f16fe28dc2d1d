"""A virtual screen (Xvfb), and what it shows, read straight from its memory."""

from __future__ import annotations

import mmap
import os
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tutela.prevent.guard.screen.shapes import Pixels

#: Index of the bytes a row, and of the colours, among the 25 numbers of an XWD header (X11/XWDFile.h).
_HEADER, _ROW_BYTES, _COLOURS = struct.Struct(">25I"), 12, 19


@dataclass(frozen=True)
class Stage:
    """A screen under way. ``shown``: its pixels as they are at any moment."""

    display: str
    shown: NDArray[np.uint8]

    def now(self) -> Pixels:
        return self.shown.copy()


@contextmanager
def stage(folder: Path, width: int = 1280, height: int = 800) -> Iterator[Stage]:
    """A screen of its own in ``folder``, ended at the end."""
    ours, theirs = os.pipe()
    size = f"{width}x{height}x24"
    command = [
        "Xvfb",
        "-displayfd",
        str(theirs),
        "-screen",
        "0",
        size,
        "-nolisten",
        "tcp",
        "-fbdir",
        str(folder),
    ]
    with open(os.devnull, "wb") as nowhere:
        server = subprocess.Popen(command, pass_fds=(theirs,), stdout=nowhere, stderr=nowhere)
    os.close(theirs)
    try:
        with os.fdopen(ours) as told:
            number = told.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        with (folder / "Xvfb_screen0").open("rb") as file:
            memory = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        head = _HEADER.unpack_from(memory)
        begins, row = head[0] + head[_COLOURS] * 12, head[_ROW_BYTES]
        rows = np.frombuffer(memory, np.uint8, count=row * height, offset=begins).reshape(height, row)
        yield Stage(f":{number}", rows[:, : width * 4].reshape(height, width, 4))
    finally:
        server.terminate()
        server.wait(10)
