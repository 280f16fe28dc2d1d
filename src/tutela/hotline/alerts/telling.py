"""How a word gets out: by mail to each mailbox of the staff, and to the web-hook. Counts and words only."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Protocol

from tutela.detect.service.hook_bodies import render_body
from tutela.detect.service.hook_signing import signed_headers
from tutela.hotline.alerts.actions import Said
from tutela.hotline.alerts.kinds import BY_WORD, sentence_of, subject_of
from tutela.kernel.clock import iso_utc
from tutela.kernel.egress.destinations import Destination
from tutela.kernel.egress.letters import build_letter
from tutela.kernel.egress.mail_addresses import MailAddress
from tutela.kernel.egress.posting import Post
from tutela.kernel.egress.smtp import Mailer
from tutela.kernel.errors import TutelaError
from tutela.kernel.ids import new_id


class Way(Protocol):
    """One way out."""

    def tell(self, said: Said, now: datetime) -> bool:
        """Whether somebody was reached."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class ByMail:
    """By mail to each mailbox. The connection is closed after each word: alerts are rare."""

    mailer: Mailer
    sender: MailAddress
    recipients: Sequence[MailAddress]

    def tell(self, said: Said, now: datetime) -> bool:
        """Whether the mail server took it for somebody; a server that may have taken it counts."""
        try:
            letters = [build_letter(self._message(said, to, now)) for to in self.recipients]
            results = [self.mailer.deliver(letter) for letter in letters]
        finally:
            self.mailer.close()
        return any(answer.result in {"accepted", "unknown"} for answer in results)

    def _message(self, said: Said, to: MailAddress, now: datetime) -> EmailMessage:
        kind, message = BY_WORD[said.kind], EmailMessage()
        message["From"], message["To"] = str(self.sender), str(to)
        message["Subject"] = subject_of(kind, said.event)
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{new_id('msg_')}@{self.sender.host}>"
        message["Auto-Submitted"] = "auto-generated"
        since = f"\nSince {said.since:%Y-%m-%d %H:%M} UTC.\n" if said.since else "\n"
        message.set_content(sentence_of(kind, said.event, said.number) + since)
        return message


@dataclass(frozen=True, kw_only=True, slots=True)
class ByHook:
    """To a web-hook, signed as Standard Webhooks 1.0.0."""

    post: Post
    destination: Destination
    secret: str = field(repr=False)

    def tell(self, said: Said, now: datetime) -> bool:
        """Whether the receiver answered that it has it."""
        since = iso_utc(said.since) if said.since else None
        fields = {"kind": said.kind, "number": said.number, "since": since}
        body = render_body(f"alert.{said.event}", now, fields)
        headers = signed_headers([self.secret], new_id("msg_"), int(now.timestamp()), body)
        with suppress(TutelaError):
            sent = self.post(self.destination, headers | {"content-type": "application/json"}, body)
            return 200 <= sent.status < 300
        return False


@dataclass
class MemoryWay:
    """The fake: keeps what it tells while it is ``up``."""

    up: bool = True
    told: list[Said] = field(default_factory=list)

    def tell(self, said: Said, now: datetime) -> bool:
        """Whether it is up."""
        if self.up:
            self.told.append(said)
        return self.up
