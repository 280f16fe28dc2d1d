"""A mail server on loopback that counts what it accepted, by Message-ID, and answers by a script."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller

#: What a script may say about one message; anything else is an answer such as ``451 try later``.
ACCEPT, CUT_BEFORE, CUT_AFTER = "250 accepted", "cut before the final dot's answer", "cut after accepting"


class MailSink:
    """Messages accepted so far. ``script`` says for the n-th message (from 1) what becomes of it."""

    def __init__(self, script: Callable[[int], str] = lambda _: ACCEPT) -> None:
        self.script = script
        self.delivered: Counter[str] = Counter()
        self.messages: list[bytes] = []
        self.port = 0
        self._lock, self._seen = threading.Lock(), 0

    def clear(self) -> None:
        """Forget everything: the next test begins."""
        with self._lock:
            self.delivered.clear()
            self.messages.clear()
            self._seen = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """The answer to the final dot."""
        content = bytes(envelope.content)
        with self._lock:
            self._seen += 1
            answer = self.script(self._seen)
            if answer in {ACCEPT, CUT_AFTER}:
                self.messages.append(content)
                self.delivered[str(message_from_bytes(content)["Message-ID"])] += 1
        if answer in {CUT_BEFORE, CUT_AFTER}:
            server.transport.close()
        return answer if answer[:3].isdigit() else ACCEPT


class _AnyPort(Controller):
    """A controller that lets the system choose the port."""

    def _trigger_server(self) -> None:
        server: Any = self.server
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # the package ships half its types


@contextmanager
def running_sink(script: Callable[[int], str] = lambda _: ACCEPT) -> Iterator[MailSink]:
    """A sink on a port of its own, ``sink.port``, for as long as the block lasts."""
    sink = MailSink(script)
    controller = _AnyPort(sink, hostname="127.0.0.1", port=0)
    controller.start()
    sink.port = controller.port
    try:
        yield sink
    finally:
        controller.stop()
