"""A mail server on loopback that takes everything and keeps it. For the demonstration and its tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from tutela.processes.listening import free_port


@dataclass
class PostOffice:
    """What came, in order. ``port`` is on 127.0.0.1."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    _came: threading.Condition = field(default_factory=threading.Condition)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the library's
        """Keep a message."""
        letter = message_from_bytes(envelope.content, policy=SMTP)
        with self._came:
            self.letters.append(letter)
            self._came.notify_all()
        return "250 kept"

    def wait(self, number: int, seconds: float) -> bool:
        """Whether so many messages came within the time."""
        with self._came:
            return self._came.wait_for(lambda: len(self.letters) >= number, seconds)


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """A mail server that runs while the block does."""
    from aiosmtpd.controller import Controller

    office = PostOffice(port=free_port())  # the library asks its own port for a greeting, so it is not 0
    controller = Controller(office, hostname="127.0.0.1", port=office.port, ready_timeout=30.0)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()
