"""The only door to mail servers: one message to one mailbox through the server that the settings name.

The name of the server is resolved once, every answer judged, and the connection opened to the judged address.
A loopback address written out opens itself: mail goes to a server on this machine where possible, because its
queue and log can be asked later. Encryption is what the settings say or the message stays here; there is no
second best.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol

from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.egress.answers import Answer
from tutela.kernel.egress.connecting import verified_context, verifying
from tutela.kernel.egress.letters import Letter
from tutela.kernel.egress.mail_servers import MailServer
from tutela.kernel.egress.resolving import RESOLVE_TIMEOUT_SECONDS, Resolver, SystemResolver, pinned
from tutela.kernel.egress.smtp_session import Session, StoppedError
from tutela.kernel.errors import Refused, Unavailable


class Mailer(Protocol):
    """What the sender holds."""

    @property
    def attempt_seconds(self) -> float:
        """Seconds that one ``deliver`` takes at most."""
        ...

    def deliver(self, letter: Letter) -> Answer:
        """What became of the letter. Never raises for what a server or the network does."""
        ...

    def probe(self) -> bool:
        """Whether the server would take a letter now, asked without one."""
        ...

    def close(self) -> None:
        """Return once the connection, if there is one, is closed."""
        ...


class SmtpMailer:
    """Hands letters to one server, many over one connection.

    ``context`` replaces the certificates of this machine. Raises ValueError for one that verifies nothing,
    Invalid for a server that no policy opens.
    """

    def __init__(
        self,
        server: MailServer,
        *,
        resolver: Resolver | None = None,
        context: ssl.SSLContext | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._server, self._policy, self._clock = server, server.policy(), clock or SystemClock()
        self._resolver = resolver or SystemResolver()
        self._context = verifying(context or verified_context())
        self._session: Session | None = None

    @property
    def attempt_seconds(self) -> float:
        """Seconds of one ``deliver`` at most: old session, name, new session, letter, answer."""
        return RESOLVE_TIMEOUT_SECONDS + 3 * self._server.talk_seconds + self._server.answer_seconds

    def deliver(self, letter: Letter) -> Answer:
        """What became of the letter."""
        try:
            return self._ready().hand_over(letter)
        except StoppedError as stopped:
            self.close()
            return stopped.answer

    def probe(self) -> bool:
        """Whether the server greets us, encrypted and logged in as the settings say."""
        try:
            self._ready()
        except StoppedError:
            self.close()
            return False
        return True

    def close(self) -> None:
        """Return once the connection is closed."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def __enter__(self) -> SmtpMailer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ready(self) -> Session:
        """A session that answers: the one there is, if it still does, else a new one. Raises StoppedError."""
        if self._session is not None and not self._session.alive():
            self.close()
        if self._session is None:
            self._session = Session(self._server, self._clock)
            self._session.open(self._addresses(), self._context)
        return self._session

    def _addresses(self) -> tuple[str, ...]:
        try:
            return pinned(self._server.host, self._policy, self._resolver)
        except (Refused, Unavailable) as error:
            raise StoppedError(Answer(result="temporary", stage="connection")) from error


@dataclass
class MemoryMailer:
    """The fake: keeps what it accepts; ``script`` says what becomes of a letter."""

    script: Callable[[Letter], Answer] = lambda _letter: Answer(result="accepted", stage="end", code=250)
    up: bool = True
    tried: list[Letter] = field(default_factory=list)
    accepted: list[Letter] = field(default_factory=list)
    attempt_seconds: float = 1.0

    def deliver(self, letter: Letter) -> Answer:
        """What the script says; ``temporary`` at ``connection`` while the server is not up."""
        if not self.up:
            return Answer(result="temporary", stage="connection")
        self.tried.append(letter)
        answer = self.script(letter)
        if answer.result == "accepted":
            self.accepted.append(letter)
        return answer

    def probe(self) -> bool:
        """Whether the server is up."""
        return self.up

    def close(self) -> None:
        """Nothing is open."""
