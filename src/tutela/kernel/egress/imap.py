"""The only door to mailboxes: unread messages of one folder of the server that the settings name.

As for mail that goes out (``smtp``): the name is resolved once, every answer judged, the connection opened to
the judged address, and encryption is what the settings say or nothing is asked.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import Protocol

from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.egress.connecting import verified_context, verifying
from tutela.kernel.egress.imap_session import ImapSession
from tutela.kernel.egress.mail_servers import MailboxServer
from tutela.kernel.egress.resolving import Resolver, SystemResolver, pinned
from tutela.kernel.errors import Refused, Unavailable


class Mailbox(Protocol):
    """What whoever reads replies holds. Every method may raise Unavailable; then ``close`` and come again."""

    def unread(self) -> tuple[str, ...]:
        """Numbers of the messages that were not put away, the oldest first; good until ``close``."""
        ...

    def message(self, number: str) -> bytes | None:
        """The message, cut where it is longer than is taken; None where it is gone."""
        ...

    def head(self, number: str) -> bytes | None:
        """The message's headers alone, cut where they are longer than is taken; None where it is gone."""
        ...

    def put_away(self, number: str, *, kept: bool) -> None:
        """Return once the message is no longer among the unread: ``kept`` in the folder, or deleted."""
        ...

    def close(self) -> None:
        """Return once the connection, if there is one, is closed."""
        ...


class ImapMailbox:
    """One folder of one mailbox.

    ``context`` replaces the certificates of this machine. Raises ValueError for one that verifies nothing,
    Invalid for a server that no policy opens.
    """

    def __init__(
        self,
        server: MailboxServer,
        folder: str,
        *,
        resolver: Resolver | None = None,
        context: ssl.SSLContext | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._server, self._policy, self._folder = server, server.policy(), folder
        self._resolver, self._clock = resolver or SystemResolver(), clock or SystemClock()
        self._context = verifying(context or verified_context())
        self._session: ImapSession | None = None

    def unread(self) -> tuple[str, ...]:
        """Numbers of the messages that nobody marked as read, the oldest first."""
        return self._ready().unseen()

    def message(self, number: str) -> bytes | None:
        """The message, cut after ``imap_session.MESSAGE_BYTES_MAX`` bytes and one."""
        return self._ready().message(number)

    def head(self, number: str) -> bytes | None:
        """The message's headers, cut after ``imap_session.HEAD_BYTES_MAX`` bytes and one."""
        return self._ready().head(number)

    def put_away(self, number: str, *, kept: bool) -> None:
        """Return once the message is marked as read; or deleted, with all others so marked."""
        session = self._ready()
        session.mark(number, "\\Seen", *(() if kept else ("\\Deleted",)))
        if not kept:
            session.expunge()

    def close(self) -> None:
        """Return once the connection is closed."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _ready(self) -> ImapSession:
        if self._session is None:
            addresses = self._addresses()
            self._session = ImapSession(self._server, self._clock)
            self._session.open(addresses, self._context, self._folder)
        return self._session

    def _addresses(self) -> tuple[str, ...]:
        try:
            return pinned(self._server.host, self._policy, self._resolver)
        except Refused as error:
            raise Unavailable("the mailbox server is at no address that may be met") from error


@dataclass
class MemoryMailbox:
    """The fake: ``letters`` by number; ``up`` says whether the server answers."""

    letters: dict[str, bytes] = field(default_factory=dict)
    up: bool = True
    seen: set[str] = field(default_factory=set)

    def unread(self) -> tuple[str, ...]:
        """Those that were not put away. Raises Unavailable while the server is not up."""
        self._check_up()
        return tuple(number for number in self.letters if number not in self.seen)

    def message(self, number: str) -> bytes | None:
        """The letter. Raises Unavailable while the server is not up."""
        self._check_up()
        return self.letters.get(number)

    def head(self, number: str) -> bytes | None:
        """The letter's headers. Raises Unavailable while the server is not up."""
        letter = self.message(number)
        return letter if letter is None else letter.replace(b"\r\n", b"\n").partition(b"\n\n")[0] + b"\n\n"

    def put_away(self, number: str, *, kept: bool) -> None:
        """Marked, or gone. Raises Unavailable while the server is not up."""
        self._check_up()
        self.seen.add(number)
        if not kept:
            self.letters.pop(number, None)

    def close(self) -> None:
        """Nothing is open."""

    def _check_up(self) -> None:
        if not self.up:
            raise Unavailable("the mailbox server did not do its part: connection")
