"""Members of a container examined several at once, while the walk already reads the next ones.

What comes out stays in the order of the walk, so a scan finds the same whatever the number of workers.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Final, NamedTuple, Self

from tutela.detect.media.shapes import MIB, Examined

#: Bytes of members that are held at once beside the one that is being read.
HELD_BYTES_MAX: Final = 512 * MIB
#: Members that may wait for each one that is examined.
_WAITING_FACTOR: Final = 2


class _Begun(NamedTuple):
    future: Future[Examined]
    fd: int
    size_bytes: int


class Ahead:
    """Up to ``at_once`` members under examination. A context manager; used by one thread."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._begun: deque[_Begun] = deque()
        self._threads: ThreadPoolExecutor | None = None

    def begin(self, fd: int, size_bytes: int, examine: Callable[[int], Examined]) -> Iterator[Examined]:
        """Begins ``examine`` on a copy of ``fd``; gives what is finished, first waiting for room."""
        while self._full(size_bytes):
            yield self._next()
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self._at_once, thread_name_prefix="members")
        copy = os.dup(fd)
        self._begun.append(_Begun(self._threads.submit(_examine, examine, copy), copy, size_bytes))
        while self._begun and self._begun[0].future.done():
            yield self._next()

    def finish(self) -> Iterator[Examined]:
        """Waits for everything that was begun."""
        while self._begun:
            yield self._next()

    def _full(self, size_bytes: int) -> bool:
        held = sum(one.size_bytes for one in self._begun)
        return bool(self._begun) and (
            len(self._begun) >= _WAITING_FACTOR * self._at_once or held + size_bytes > HELD_BYTES_MAX
        )

    def _next(self) -> Examined:
        return self._begun.popleft().future.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one in self._begun:
            if one.future.cancel():
                os.close(one.fd)
        self._begun.clear()
        if self._threads is not None:
            self._threads.shutdown()


def _examine(examine: Callable[[int], Examined], fd: int) -> Examined:
    try:
        return examine(fd)
    finally:
        os.close(fd)
