"""One connection to a mailbox server: greeted, encrypted, logged in, one folder chosen.

imaplib speaks (RFC 3501). It never opens a connection by itself: it gets a socket that the door has opened to
a judged address, and what it may wait for and take is limited by ``limited``.
"""

from __future__ import annotations

import imaplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from tutela.kernel.clock import Clock
from tutela.kernel.egress.connecting import connected, deadline_after
from tutela.kernel.egress.limited import LimitedSocket
from tutela.kernel.egress.mail_servers import MailboxServer
from tutela.kernel.errors import Unavailable

#: Seconds for one connection attempt; another address may follow (as for mail that goes out).
CONNECT_SECONDS = 5.0
#: Bytes of one message that are taken: a letter of ours that comes back whole, and as much again (our own).
MESSAGE_BYTES_MAX = 2 << 20
#: Bytes of one message's headers that are taken, where they alone are asked for (our own).
HEAD_BYTES_MAX = 1 << 16
#: Bytes of one line that are taken: the numbers of 100,000 messages (our own).
LINE_BYTES_MAX = 1 << 20
#: Bytes that a server may say in one exchange: a message, and what stands around it (our own).
ANSWER_BYTES_MAX = MESSAGE_BYTES_MAX + LINE_BYTES_MAX
#: What imaplib raises for whatever a server or the network does; a broken answer may trip it anywhere.
_TROUBLE = (
    OSError, ValueError, LookupError, TypeError, AttributeError, EOFError, MemoryError,
    imaplib.IMAP4.error,
)  # fmt: skip


class _Client(imaplib.IMAP4):
    """imaplib over a socket that is there already."""

    def __init__(self, limited: LimitedSocket) -> None:
        self._limited = limited
        self._stream = limited.makefile("rb")
        super().__init__()

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        """Nothing: the door opened the connection."""

    def speak_over(self, limited: LimitedSocket) -> None:
        """From here on over another socket; what was heard over the one before is forgotten."""
        self._limited, self._stream = limited, limited.makefile("rb")
        self.untagged_responses.clear()
        self.capability()

    def read(self, size: int) -> bytes:
        """A literal of ``size`` bytes."""
        if size > ANSWER_BYTES_MAX:
            raise self.abort("more is announced than is taken")
        return self._stream.read(size)

    def readline(self) -> bytes:
        """A line with its end."""
        line = self._stream.readline(LINE_BYTES_MAX + 1)
        if len(line) > LINE_BYTES_MAX:
            raise self.abort("a line without end")
        return line

    def send(self, data: Any) -> None:
        """Sends all bytes before the deadline."""
        self._limited.sendall(bytes(data))

    def shutdown(self) -> None:
        """Nothing: whoever opened the connection closes it."""


class ImapSession:
    """One connection to ``server``. Every method raises Unavailable for what the server or network does."""

    def __init__(self, server: MailboxServer, clock: Clock) -> None:
        self._server, self._clock = server, clock
        self._closing = ExitStack()
        self._client: _Client | None = None
        self._limited: LimitedSocket | None = None

    def open(self, addresses: tuple[str, ...], context: ssl.SSLContext, folder: str) -> None:
        """Connect, encrypt, log in, choose the folder."""
        deadline = deadline_after(self._clock, self._server.talk_seconds)
        with _unavailable("connection"):
            opened, _ = connected(addresses, self._server.port, deadline, connect_seconds=CONNECT_SECONDS)
            self._closing.callback(opened.close)
        if self._server.encryption == "tls":
            opened = self._secured(opened, context)
        with _unavailable("greeting"):
            client = self._client = _Client(self._limit(opened))
        if self._server.encryption == "starttls":
            with _unavailable("encryption"):
                _expect(client.xatom("STARTTLS")[0])
                client.speak_over(self._limit(self._secured(opened, context)))
        if self._server.user:
            self._ask("login", lambda client: client.login(self._server.user, self._server.password))
        self._ask("folder", lambda client: client.select(f'"{folder}"'))

    def unseen(self) -> tuple[str, ...]:
        """Numbers (UID) of the messages that nobody has marked as read, the oldest first."""
        told = self._ask("search", lambda client: client.uid("SEARCH", "UNSEEN"))
        with _unavailable("search"):
            found = [int(one) for part in told if isinstance(part, bytes) for one in part.split()]
        return tuple(str(one) for one in sorted(set(found)))

    def message(self, number: str) -> bytes | None:
        """The message's first ``MESSAGE_BYTES_MAX`` bytes and one; None where it is not there any more.

        It is not marked as read by that.
        """
        return self._fetched(number, f"BODY.PEEK[]<0.{MESSAGE_BYTES_MAX + 1}>")

    def head(self, number: str) -> bytes | None:
        """The first ``HEAD_BYTES_MAX`` bytes and one of the message's headers; else as ``message``."""
        return self._fetched(number, f"BODY.PEEK[HEADER]<0.{HEAD_BYTES_MAX + 1}>")

    def _fetched(self, number: str, section: str) -> bytes | None:
        what = f"(UID {section})"
        told = self._ask("message", lambda client: client.uid("FETCH", number, what))
        bodies = [part[1] for part in told if isinstance(part, tuple) and b"BODY[" in part[0].upper()]
        return bytes(bodies[0]) if bodies else None

    def mark(self, number: str, *marks: str) -> None:
        """Return once the message bears these marks, such as ``\\Seen`` (RFC 3501 section 2.3.2)."""
        named = f"({' '.join(marks)})"
        self._ask("mark", lambda client: client.uid("STORE", number, "+FLAGS.SILENT", named))

    def expunge(self) -> None:
        """Return once everything in the folder that is marked as deleted is gone."""
        self._ask("expunge", lambda client: client.expunge())

    def close(self) -> None:
        """Return once the socket is closed. Nothing is said any more: the server may be the trouble."""
        self._client = self._limited = None
        self._closing.close()

    def _ask(self, step: str, ask: Callable[[_Client], tuple[str, list[Any]]]) -> list[Any]:
        """What the server told; Unavailable where it said no."""
        with _unavailable(step):
            if self._client is None or self._limited is None:
                raise OSError("the session is not open")
            self._limited.allow(deadline_after(self._clock, self._server.talk_seconds))
            kind, told = ask(self._client)
            _expect(kind)
            return told

    def _limit(self, opened: socket.socket) -> LimitedSocket:
        deadline = deadline_after(self._clock, self._server.talk_seconds)
        self._limited = LimitedSocket(opened, deadline, received_bytes_max=ANSWER_BYTES_MAX)
        return self._limited

    def _secured(self, plain: socket.socket, context: ssl.SSLContext) -> socket.socket:
        with _unavailable("encryption"):
            plain.settimeout(self._server.talk_seconds)
            secured = context.wrap_socket(plain, server_hostname=self._server.host)
        self._closing.callback(secured.close)
        return secured


def _expect(kind: str) -> None:
    if kind != "OK":
        raise OSError("the server said no")


@contextmanager
def _unavailable(step: str) -> Iterator[None]:
    """A step; whatever goes wrong in it is Unavailable, and names the step alone."""
    try:
        yield
    except _TROUBLE as error:
        raise Unavailable(f"the mailbox server did not do its part: {step}") from error
