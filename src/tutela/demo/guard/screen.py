"""A screen that nobody sees: Xvfb, whose pixels lie in a file."""

from __future__ import annotations

import mmap
import os
import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from tutela.kernel.errors import Unavailable

PROGRAM: Final = "Xvfb"
#: Size of the screen in pixels (our own: a page of a few pictures).
WIDTH, HEIGHT = 640, 480
#: Seconds in which it has to be ended.
_ENDING_SECONDS: Final = 10.0
#: Fields of the head of an X window dump (X11/XWDFile.h), each 4 bytes, by their places.
_HEAD_SIZE, _PIXMAP_WIDTH, _PIXMAP_HEIGHT, _BITS_PER_PIXEL, _LINE_BYTES, _COLOURS = 0, 4, 5, 11, 12, 19
_HEAD_FIELDS: Final = 25
#: Bytes of one entry of the table of colours behind the head.
_COLOUR_BYTES: Final = 12


class Screen:
    """A screen of its own, while the block runs. ``folder`` takes the file of its pixels."""

    def __init__(self, folder: Path, width: int = WIDTH, height: int = HEIGHT) -> None:
        self._folder, self._size = folder, f"{width}x{height}x24"

    def __enter__(self) -> Self:
        program = shutil.which(PROGRAM)
        if program is None:
            raise Unavailable(f"there is no {PROGRAM} (apt-get install xvfb)")
        said, says = os.pipe()
        with open(said, encoding="ascii") as number:
            try:
                self._process = subprocess.Popen(
                    [
                        *(program, "-displayfd", str(says), "-screen", "0", self._size),
                        *("-fbdir", str(self._folder), "-nolisten", "tcp"),
                    ],
                    pass_fds=(says,),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            finally:
                os.close(says)
            self.display = f":{number.readline().strip()}"
        if self.display == ":":
            self.__exit__(None, None, None)
            raise Unavailable(f"{PROGRAM} could not be started")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(_ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def file(self) -> Path:
        """The file of its pixels, as they are at every moment."""
        return self._folder / "Xvfb_screen0"


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """Where pixels are in such a file."""

    offset: int
    width: int
    height: int
    line_bytes: int


def layout(head: bytes) -> Layout:
    """The layout of an X window dump. Raises ValueError for one without 4 bytes a pixel."""
    fields = struct.unpack_from(f">{_HEAD_FIELDS}I", head)
    if fields[_BITS_PER_PIXEL] != 32:
        raise ValueError("a screen with 4 bytes a pixel is needed")
    return Layout(
        offset=fields[_HEAD_SIZE] + _COLOUR_BYTES * fields[_COLOURS],
        width=fields[_PIXMAP_WIDTH],
        height=fields[_PIXMAP_HEIGHT],
        line_bytes=fields[_LINE_BYTES],
    )


def pixels_of(file: Path) -> NDArray[np.uint8]:
    """The screen itself, not a copy: uint8 of shape (height, width, 3), red, green, blue."""
    with file.open("rb") as opened:
        mapped = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
    found = layout(mapped[: 4 * _HEAD_FIELDS])
    rows = np.frombuffer(mapped, np.uint8, found.height * found.line_bytes, found.offset)
    shaped = rows.reshape(found.height, found.line_bytes)[:, : 4 * found.width]
    bgrx = shaped.reshape(found.height, found.width, 4)
    return bgrx[..., 2::-1]
