"""Sealing and unsealing as streams to be written to and read from: age pulls and pushes by itself, so it runs
in a thread at the other end of a pipe.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from tutela.kernel.custody import age

#: Bytes read at a time while the rest is proven.
_PIECE_BYTES = 1 << 20


class _Work(threading.Thread):
    """Runs ``work`` with its end of the pipe, closes that, and keeps the error."""

    def __init__(self, work: Callable[[IO[bytes]], None], end: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self._work, self._end = work, end
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        """Work, whatever becomes of it."""
        try:
            with self._end:
                self._work(self._end)
        except BaseException as error:  # noqa: BLE001 - raised again by ``finish`` in the thread that waits
            self.error = error

    def finish(self) -> None:
        """Return once it has ended. Raises what it raised, but for a pipe that the other side closed."""
        self.join()
        if self.error is not None and not isinstance(self.error, BrokenPipeError):
            raise self.error


@contextmanager
def sealing(target: age.Target, recipient: str) -> Iterator[IO[bytes]]:
    """A stream whose bytes are sealed into ``target``; all of them are there at the end of the block.

    Raises ValueError for a key that is none, and what the target raises.
    """
    read_end, write_end = os.pipe()
    work = _Work(lambda source: age.seal(source, target, recipient), os.fdopen(read_end, "rb"))
    try:
        with os.fdopen(write_end, "wb") as stream:
            yield stream
    finally:
        work.finish()


@contextmanager
def unsealing(source: age.Source, secret: str) -> Iterator[IO[bytes]]:
    """A stream of what is sealed in ``source``. At the end of the block all of it was read and proven.

    Raises Damaged where it was altered or cut off, also in place of what the block made of the broken stream.
    """
    read_end, write_end = os.pipe()
    work = _Work(lambda target: age.unseal(source, target, secret), os.fdopen(write_end, "wb"))
    try:
        with os.fdopen(read_end, "rb") as stream:
            yield stream
            while stream.read(_PIECE_BYTES):
                continue
    finally:
        work.finish()
