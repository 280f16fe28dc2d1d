"""A mail server on loopback that does to each message what a script says: for tests and proofs.

    with running_sink() as sink:
        sink.plan("abuse@host.test", Step.BUSY, Step.RESET_AFTER_DOT)
        ...
        assert sink.count("<msg_...@hotline.test>") == 1

Delivered is what a recipient would have got: what the server took responsibility for, whatever the client
heard of it. Plan once more for each further try; without a plan a message is accepted.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from enum import Enum
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

#: Seconds for which a step that is slow takes its time, if the plan does not say otherwise.
SLOW_SECONDS = 0.5


class Step(Enum):
    """What becomes of one try. The word before the dot says whether the message counts as delivered."""

    ACCEPT = "taken, and said so"
    BUSY = "450 to the recipient"
    CLOSING = "421 to the recipient, and the connection closed"
    GREYLIST = "451 to the recipient until some time has passed"
    NEVER = "550 to the recipient"
    LATER = "451 to the content"
    REFUSE = "554 to the content"
    RESET_BEFORE_DOT = "the connection reset while the content comes"
    RESET_AFTER_DOT = "the connection reset after the last dot; nothing was kept"
    TAKE_AND_RESET = "the connection reset after the last dot; the message was kept"
    TAKE_AND_CRASH = "taken, said so, and the connection reset"
    TAKE_AND_SILENCE = "taken, and never said so"
    TARPIT = "taken after a long while, and said so"
    GARBLE = "taken, and something that is no reply was said"
    LONG_LINE = "taken, and a reply without end was said"
    HALF_A_REPLY = "taken, and the connection reset in the middle of a reply of several lines"


#: Steps after which the server has the message.
KEEPING = frozenset(
    {
        Step.ACCEPT,
        Step.TAKE_AND_RESET,
        Step.TAKE_AND_CRASH,
        Step.TAKE_AND_SILENCE,
        Step.TARPIT,
        Step.GARBLE,
        Step.LONG_LINE,
        Step.HALF_A_REPLY,
    }
)
#: What is answered to the recipient at these steps.
_TO_RECIPIENT = {Step.BUSY: "450 busy", Step.NEVER: "550 no such user", Step.GREYLIST: "451 come back later"}
#: What is answered to the content at these steps.
_TO_CONTENT = {Step.LATER: "451 later", Step.REFUSE: "554 no", Step.ACCEPT: "250 OK", Step.TARPIT: "250 OK"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivered:
    """One message that the server took."""

    message_id: str
    sender: str
    recipients: tuple[str, ...]
    content: bytes = field(repr=False)
    encrypted: bool
    at_seconds: float


@dataclass
class Sink:
    """The server's memory, read by the test's thread."""

    delivered: list[Delivered] = field(default_factory=list)
    #: (monotonic seconds, recipient) of each RCPT.
    tries: list[tuple[float, str]] = field(default_factory=list)
    connections: int = 0
    plain_contents: int = 0
    slow_seconds: float = SLOW_SECONDS
    port: int = 0
    _plans: dict[str, deque[Step]] = field(default_factory=lambda: defaultdict(deque))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def plan(self, recipient: str, *steps: Step) -> None:
        """The next tries at this recipient go so, in turn."""
        with self._lock:
            self._plans[recipient].extend(steps)

    def count(self, message_id: str) -> int:
        """How often a message of this id was taken."""
        return sum(one.message_id == message_id for one in self.delivered)

    def counts(self) -> Counter[str]:
        """How often each message was taken, by id."""
        return Counter(one.message_id for one in self.delivered)

    def next_step(self, recipient: str) -> Step:
        """What the script says of this try."""
        with self._lock:
            plan = self._plans[recipient]
            return plan.popleft() if plan else Step.ACCEPT


class _Talking(SMTP):
    """One connection; ``step`` is that of the message at hand."""

    def __init__(self, sink: Sink, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.sink, self.step = sink, Step.ACCEPT

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.sink.connections += 1
        super().connection_made(transport)

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd finds commands by name
        if self.step is Step.RESET_BEFORE_DOT:
            await self.push("354 go on")
            await self._reader.read(64)
            self.abort()
            return
        await super().smtp_DATA(arg)

    def abort(self) -> None:
        """The connection ends as by a crash: RST where the machine does so."""
        transport: Any = self.transport
        if transport is not None:
            transport.abort()


class _Handler:
    def __init__(self, sink: Sink) -> None:
        self.sink = sink

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds hooks by name
        self, server: _Talking, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.sink.tries.append((time.monotonic(), address))
        server.step = self.sink.next_step(address)
        if server.step is Step.CLOSING:
            await server.push("421 closing")
            server.abort()
            return "421 closing"
        if server.step in _TO_RECIPIENT:
            return _TO_RECIPIENT[server.step]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: _Talking, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        step, content = server.step, envelope.original_content or b""
        self.sink.plain_contents += session.ssl is None
        if step is Step.TARPIT:
            await asyncio.sleep(self.sink.slow_seconds)
        if step in KEEPING:
            self._keep(content, session, envelope)
        if step in _TO_CONTENT:
            return _TO_CONTENT[step]
        return await self._broken(step, server)

    async def _broken(self, step: Step, server: _Talking) -> str:
        """A reply that is none; the connection is of no more use."""
        if step is Step.TAKE_AND_SILENCE:
            await asyncio.sleep(60 * self.sink.slow_seconds)
        elif step is Step.TAKE_AND_CRASH:
            await server.push("250 OK")
            await asyncio.sleep(0.02)
        elif step is Step.GARBLE:
            return "tea is ready"
        elif step is Step.LONG_LINE:
            return "250 " + "x" * 100_000
        elif step is Step.HALF_A_REPLY:
            await server.push("250-OK")
            await asyncio.sleep(0.02)
        server.abort()
        return "250 OK"

    def _keep(self, content: bytes, session: Session, envelope: Envelope) -> None:
        message = message_from_bytes(content)
        self.sink.delivered.append(
            Delivered(
                message_id=str(message["Message-ID"]),
                sender=str(envelope.mail_from),
                recipients=tuple(map(str, envelope.rcpt_tos)),
                content=content,
                encrypted=session.ssl is not None,
                at_seconds=time.monotonic(),
            )
        )


class _Controller(Controller):
    def __init__(self, sink: Sink, **named: Any) -> None:
        self.sink = sink
        super().__init__(_Handler(sink), hostname="127.0.0.1", **named)

    def factory(self) -> SMTP:
        return _Talking(self.sink, self.handler, hostname="sink.test", loop=self.loop, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        """Instead of a first connection, which would be counted: the factory is tried here."""
        self.smtpd = self._factory_invoker()


@contextmanager
def running_sink(
    *, port: int = 0, context: ssl.SSLContext | None = None, implicit: bool = False
) -> Iterator[Sink]:
    """A server on 127.0.0.1 for as long as the block lasts. With ``context`` it offers STARTTLS."""
    sink = Sink()
    tls = {"ssl_context": context} if implicit else {"tls_context": context}
    controller = _Controller(sink, port=port, **tls)
    controller.start()
    server: Any = controller.server
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        controller.stop()
