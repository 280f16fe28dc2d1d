"""One connection to a mail server: greeted, encrypted and logged in, and letters handed over on it.

smtplib speaks. What it may wait for and take is limited by ``limited``, which also knows whether the last dot
was handed over: up to there the server certainly has nothing, from there on silence is a doubt (RFC 1047).
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from contextlib import ExitStack
from types import TracebackType
from typing import cast

from tutela.kernel.clock import Clock
from tutela.kernel.egress.answers import Answer, Result, Stage, classified
from tutela.kernel.egress.connecting import Deadline, connected, deadline_after
from tutela.kernel.egress.letters import Letter
from tutela.kernel.egress.limited import LimitedSocket
from tutela.kernel.egress.mail_servers import MailServer

#: Seconds for one connection attempt; another address may follow.
CONNECT_SECONDS = 5.0
#: Bytes that a server may say in one exchange: replies are lines of 512 (RFC 5321 section 4.5.3.1.5).
REPLY_BYTES_MAX = 65_536
#: Messages over one connection, after which a new one is made (our own).
MESSAGES_MAX = 100
#: Replies by which a step succeeds (RFC 5321 section 4.3.2): ready, done, go on with the content.
READY, DONE, GO_ON = 220, 250, 354
#: Replies by which a recipient is taken; 251 says that it is forwarded.
TAKEN = frozenset({250, 251})
#: What smtplib raises for whatever a server or the network does.
_TROUBLE = (OSError, ValueError, smtplib.SMTPException)


class StoppedError(Exception):
    """Inside this room only: the exchange ends here, with this answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.result)
        self.answer = answer


class Session:
    """One connection to ``server``."""

    def __init__(self, server: MailServer, clock: Clock) -> None:
        self._server, self._clock = server, clock
        self._closing = ExitStack()
        self._client = smtplib.SMTP(local_hostname=server.own_name)
        self._limited: LimitedSocket | None = None
        self._left = MESSAGES_MAX

    def open(self, addresses: tuple[str, ...], context: ssl.SSLContext) -> None:
        """Connect, greet, encrypt, log in. Raises StoppedError."""
        deadline = deadline_after(self._clock, self._server.talk_seconds)
        with _At("connection"):
            opened, _ = connected(addresses, self._server.port, deadline, connect_seconds=CONNECT_SECONDS)
            self._closing.callback(opened.close)
        if self._server.encryption == "tls":
            opened = self._secured(opened, context, deadline)
        self._speak_over(opened, deadline)
        with _At("greeting"):
            _expect("greeting", self._client.getreply()[0], READY)
            _expect("greeting", self._client.ehlo()[0], DONE)
        if self._server.encryption == "starttls":
            self._start_tls(opened, context, deadline)
        if self._server.user:
            with _At("login"):
                self._client.login(self._server.user, self._server.password)

    def alive(self) -> bool:
        """Whether this session takes another letter: it was asked just now."""
        self._left -= 1
        if self._left <= 0:
            return False
        try:
            self._allow(self._server.talk_seconds)
            return self._client.rset()[0] == DONE
        except (*_TROUBLE, StoppedError):
            return False

    def hand_over(self, letter: Letter) -> Answer:
        """What became of the letter. Raises StoppedError where the connection is of no more use."""
        self._allow(self._server.talk_seconds)
        with _At("sender"):
            _expect("sender", self._client.mail(str(letter.sender))[0], DONE)
        with _At("recipient"):
            code = self._client.rcpt(str(letter.recipient))[0]
        if code not in TAKEN:
            return _continuing(classified("recipient", code))
        with _At("content"):
            _expect("content", self._client.docmd("DATA")[0], GO_ON)
            self._client.send(stuffed(letter.content))
        return self._end()

    def close(self) -> None:
        """Return once the socket is closed. Nothing is said any more: the server may be the trouble."""
        self._client.close()
        self._closing.close()

    def _end(self) -> Answer:
        """What the server says to the last dot."""
        limited = self._allow(self._server.answer_seconds)
        try:
            self._client.send(b".\r\n")
            code = self._client.getreply()[0]
        except _TROUBLE as error:
            result: Result = "temporary" if limited.unsent_bytes else "unknown"
            raise StoppedError(Answer(result=result, stage="end")) from error
        return _continuing(classified("end", code))

    def _start_tls(self, plain: socket.socket, context: ssl.SSLContext, deadline: Deadline) -> None:
        """Encrypted from here on, or nothing more is said. What was said in the clear is forgotten."""
        with _At("encryption"):
            if not self._client.has_extn("starttls"):
                raise StoppedError(Answer(result="temporary", stage="encryption"))
            _expect("encryption", self._client.docmd("STARTTLS")[0], READY)
        self._client = smtplib.SMTP(local_hostname=self._server.own_name)
        self._speak_over(self._secured(plain, context, deadline), deadline)
        with _At("encryption"):
            _expect("encryption", self._client.ehlo()[0], DONE)

    def _secured(self, plain: socket.socket, context: ssl.SSLContext, deadline: Deadline) -> socket.socket:
        with _At("encryption"):
            plain.settimeout(deadline.left_seconds())
            secured = context.wrap_socket(plain, server_hostname=self._server.host)
        self._closing.callback(secured.close)
        return secured

    def _speak_over(self, opened: socket.socket, deadline: Deadline) -> None:
        self._limited = LimitedSocket(opened, deadline, received_bytes_max=REPLY_BYTES_MAX)
        self._client.sock = cast("socket.socket", self._limited)

    def _allow(self, seconds: float) -> LimitedSocket:
        """The socket, with a new exchange of so many seconds begun on it."""
        if self._limited is None:
            raise StoppedError(Answer(result="temporary", stage="connection"))
        self._limited.allow(deadline_after(self._clock, seconds))
        return self._limited


class _At:
    """A step before the last dot: whatever goes wrong in it, the server certainly has nothing."""

    def __init__(self, stage: Stage) -> None:
        self._stage: Stage = stage

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, smtplib.SMTPAuthenticationError):
            raise StoppedError(classified(self._stage, int(error.smtp_code))) from error
        if isinstance(error, _TROUBLE):
            raise StoppedError(Answer(result="temporary", stage=self._stage)) from error


def stuffed(content: bytes) -> bytes:
    """The content with a dot doubled at the beginning of a line (RFC 5321 section 4.5.2), ending in CR LF."""
    whole = content if content.endswith(b"\r\n") else content + b"\r\n"
    lines = whole.split(b"\r\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines)


def _expect(stage: Stage, code: int, wanted: int) -> None:
    """Return where the server said what the step needs. Raises StoppedError."""
    if code != wanted:
        raise StoppedError(classified(stage, code))


def _continuing(answer: Answer) -> Answer:
    """The answer, where the next letter may follow it. Raises StoppedError where none may."""
    if answer.code == 0 or answer.code == 421 or answer.result == "unknown":
        raise StoppedError(answer)
    return answer
