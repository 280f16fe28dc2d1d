"""Bytes that pass once and go two ways: in clear into a descriptor, and sealed into the vault.

The network door pushes, the vault pulls: between them stand a few pieces in memory. Nothing waits on a disk
in clear, and nothing stays in the vault of a body that did not come whole.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from queue import Empty, Full, Queue
from types import TracebackType
from typing import Self

from tutela.kernel.custody.envelopes import Measured
from tutela.kernel.custody.sealing import Sealed, Sealer
from tutela.kernel.errors import TutelaError, Unavailable

#: Pieces that may wait for the vault: a piece has at most 64 KiB (our own).
_WAITING_MAX = 16
#: Seconds between looks whether the other side has ended.
_LOOK_SECONDS = 0.2
#: Seconds for the vault to end what it has in hand.
_END_SECONDS = 60.0


class NotWholeError(OSError):
    """The body did not come whole, or is not to be kept: the vault drops what it has."""


class Keeping:
    """A sink that writes into ``descriptor`` and seals what passes. A context manager.

    ``keep`` ends it well; a block that ends without leaves nothing in the vault. Without a ``sealer`` it only
    writes and counts.
    """

    def __init__(self, descriptor: int, sealer: Sealer | None) -> None:
        self._descriptor = descriptor
        self.passed = Measured()
        self._pieces: Queue[bytes | None] = Queue(_WAITING_MAX)
        self._dropped = threading.Event()
        self._sealed: Sealed | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._seal, args=(sealer,), daemon=True) if sealer else None

    def write(self, untrusted_data: bytes, /) -> int:
        """Take all of these bytes. Raises OSError when they cannot be kept."""
        rest = memoryview(untrusted_data)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        if self._thread is not None:
            self._hand_on(bytes(untrusted_data))
        return self.passed.write(untrusted_data)

    def keep(self) -> Sealed | None:
        """The object that stands durably in the vault; None where nothing is kept. Raises Unavailable."""
        if self._thread is None:
            return None
        self._hand_on(None)
        self._thread.join(_END_SECONDS)
        if isinstance(self._error, TutelaError):
            raise self._error
        if self._sealed is None:
            raise Unavailable("the vault did not take the body") from self._error
        return self._sealed

    def __enter__(self) -> Self:
        if self._thread is not None:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._dropped.set()
        if self._thread is not None:
            self._thread.join(_END_SECONDS)

    def _hand_on(self, piece: bytes | None) -> None:
        """Waits for room. Raises OSError where the vault takes nothing any more."""
        while self._error is None:
            try:
                self._pieces.put(piece, timeout=_LOOK_SECONDS)
            except Full:
                continue
            return
        if piece is not None:
            raise NotWholeError("the vault takes nothing")

    def _seal(self, sealer: Sealer) -> None:
        try:
            self._sealed = sealer.put(_Pieces(self._next))
        except BaseException as error:  # noqa: BLE001 - else ``write`` would wait for this thread for ever
            self._error = error

    def _next(self) -> bytes | None:
        """The next piece, None at the end. Raises NotWholeError where the rest will not come."""
        while True:
            try:
                return self._pieces.get(timeout=_LOOK_SECONDS)
            except Empty:
                if self._dropped.is_set():
                    raise NotWholeError("the body is not to be kept") from None


class _Pieces:
    """A source of bytes over pieces of any size."""

    def __init__(self, following: Callable[[], bytes | None]) -> None:
        self._following = following
        self._rest = b""
        self._ended = False

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""
        while not self._rest and not self._ended:
            piece = self._following()
            self._ended = piece is None
            self._rest = piece or b""
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken
