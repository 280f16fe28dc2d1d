"""The pipe to a Chromium of ours: questions and answers as JSON, each ended by a zero byte.

No port is opened for it: what else runs on this machine cannot reach the browser. Source: Chromium's switch
``--remote-debugging-pipe`` and the DevTools protocol, version 1.3.
"""

from __future__ import annotations

import json
import os
import select
from typing import Any

from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Unavailable

#: Bytes of the longest message: a picture of a whole page in base 64 (our own).
MESSAGE_BYTES_MAX = 96 << 20
_PIECE_BYTES = 1 << 16
_END = b"\x00"


class Devtools:
    """One browser's pipe, for one thread at a time. ``reading`` and ``writing`` are descriptors, its own."""

    def __init__(self, reading: int, writing: int, *, clock: Clock | None = None) -> None:
        self._reading, self._writing = reading, writing
        self._clock = clock or SystemClock()
        self._poll = select.poll()
        self._poll.register(reading, select.POLLIN)
        self._arrived = bytearray()
        self._last = 0

    def ask(
        self, method: str, params: dict[str, Any] | None = None, *, session: str = "", seconds: float
    ) -> dict[str, Any]:
        """The browser's answer, which is untrusted. Raises Unavailable where none comes or it is an error."""
        self._last += 1
        number, until = self._last, self._clock.monotonic_seconds() + seconds
        self._tell(number, method, params or {}, session)
        while True:
            message = self._next(until)
            if message.get("id") == number:
                return _result(message, method)
            self._meet(message)

    def wait(self, seconds: float) -> None:
        """Return after ``seconds``; windows of a page that ask something are answered meanwhile."""
        until = self._clock.monotonic_seconds() + seconds
        while self._clock.monotonic_seconds() < until:
            try:
                self._meet(self._next(until))
            except TimeoutError:
                return

    def close(self) -> None:
        """Closes the pipe, with which the browser ends. Safe to call twice."""
        descriptors = (self._reading, self._writing)
        self._reading = self._writing = -1  # first: who still asks must not read what gets these numbers next
        for descriptor in descriptors:
            if descriptor >= 0:
                os.close(descriptor)

    def _meet(self, message: dict[str, Any]) -> None:
        """An event: a page that opens a window with a question, and waits for it, is told yes."""
        if message.get("method") == "Page.javascriptDialogOpening":
            self._last += 1
            session = str(message.get("sessionId", ""))
            self._tell(self._last, "Page.handleJavaScriptDialog", {"accept": True}, session)

    def _tell(self, number: int, method: str, params: dict[str, Any], session: str) -> None:
        row: dict[str, Any] = {"id": number, "method": method, "params": params}
        if session:
            row["sessionId"] = session
        rest = memoryview(json.dumps(row).encode("utf-8") + _END)
        try:
            while rest:
                rest = rest[os.write(self._writing, rest) :]
        except OSError as error:
            raise Unavailable("the browser has ended") from error

    def _next(self, until: float) -> dict[str, Any]:
        """The next message. Raises TimeoutError (an Unavailable too), Unavailable where the browser ended."""
        while _END not in self._arrived:
            left = until - self._clock.monotonic_seconds()
            if left <= 0 or not self._poll.poll(left * 1_000):
                raise TooSlowError("the browser takes too long")
            self._take()
        data, _, rest = bytes(self._arrived).partition(_END)
        self._arrived = bytearray(rest)
        try:
            message: Any = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise Unavailable("the browser said something else") from error
        return message if isinstance(message, dict) else {}

    def _take(self) -> None:
        try:
            piece = os.read(self._reading, _PIECE_BYTES)
        except OSError as error:
            raise Unavailable("the browser has ended") from error
        if not piece or len(self._arrived) > MESSAGE_BYTES_MAX:
            raise Unavailable("the browser has ended, or said too much")
        self._arrived += piece


class TooSlowError(Unavailable, TimeoutError):
    """Nothing came in time."""


def _result(message: dict[str, Any], method: str) -> dict[str, Any]:
    result = message.get("result")
    if not isinstance(result, dict):
        raise Unavailable(f"the browser does not do what it is asked for: {method}")
    return result
