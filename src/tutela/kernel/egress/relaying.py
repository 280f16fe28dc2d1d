"""Bytes passed on between a browser and the host that it may meet, within a budget of time and bytes."""

from __future__ import annotations

import selectors
import socket
import threading
from dataclasses import dataclass

from tutela.kernel.egress.connecting import Deadline
from tutela.kernel.egress.reasons import StoppedError

#: Bytes of one step.
PIECE_BYTES = 65_536


class BytesLeft:
    """Bytes that all connections of one browser may still take or send. For several threads."""

    def __init__(self, bytes_max: int) -> None:
        self._left, self._lock = bytes_max, threading.Lock()

    def take(self, count: int) -> None:
        """Counts bytes. Raises StoppedError ``too_large`` when there were not so many left."""
        with self._lock:
            self._left -= count
            if self._left < 0:
                raise StoppedError("too_large")


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """What one connection may take: until when, how long in silence, and bytes in each direction."""

    deadline: Deadline
    silence_seconds: float
    received: BytesLeft
    sent: BytesLeft


def relay(browser: socket.socket, host: socket.socket, bounds: Bounds) -> None:
    """Returns when either side has ended. Raises StoppedError at a bound, OSError when a line breaks."""
    ways = {browser: (host, bounds.sent), host: (browser, bounds.received)}
    with selectors.DefaultSelector() as waiting:
        for one in ways:
            waiting.register(one, selectors.EVENT_READ)
        while True:
            ready = waiting.select(_seconds(bounds))
            if not ready:
                raise StoppedError("too_slow")
            for key, _ in ready:
                source = key.fileobj
                if isinstance(source, socket.socket) and not _pass_on(source, *ways[source], bounds):
                    return


def _pass_on(source: socket.socket, target: socket.socket, left: BytesLeft, bounds: Bounds) -> bool:
    """False at the end of ``source``."""
    piece = source.recv(PIECE_BYTES)
    if not piece:
        return False
    left.take(len(piece))
    target.settimeout(_seconds(bounds))
    target.sendall(piece)
    return True


def _seconds(bounds: Bounds) -> float:
    try:
        return bounds.deadline.left_seconds(bounds.silence_seconds)
    except TimeoutError as error:
        raise StoppedError("too_slow") from error
