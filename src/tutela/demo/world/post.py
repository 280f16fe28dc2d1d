"""The mail server of the benign internet: mailboxes, abuse desks that answer, and faults by script."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, parseaddr
from typing import Any

from aiosmtpd.smtp import SMTP

from tutela.demo.post_office import PostOffice
from tutela.demo.world.desks import Desks
from tutela.demo.world.mail_faults import TO_RECIPIENT, Fault, FaultScript
from tutela.kernel.clock import Clock, SystemClock

#: Real seconds for which a server that hangs does so.
HANG_SECONDS = 3_600.0
#: Bytes of a letter that is taken.
LETTER_BYTES_MAX = 32 << 20
#: The partner hotline's mailbox and what its machine answers; the police's, which answers nothing.
PARTNER, PARTNER_ANSWER = "reports@partner-hotline.test", "Received. Our reference is P-{number:04d}."
POLICE = "cybercrime@police.test"
#: A mailbox that takes a letter and sends it back afterwards (RFC 3464).
BOUNCING = "abuse@bounces-hosting.test"
_BOUNCE = """Message-ID: <{number}.bounce@mail.test>
Date: {date}
From: mailer-daemon@mail.test
To: {From}
Subject: Undelivered Mail Returned to Sender
In-Reply-To: {Message-ID}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=bounce

--bounce
Content-Type: text/plain; charset=utf-8

Your message could not be delivered to {recipient}.

--bounce
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.test

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such mailbox

--bounce
Content-Type: text/rfc822-headers

Message-ID: {Message-ID}
Subject: {Subject}

--bounce--
"""


@dataclass
class Post(PostOffice):
    """Keeps letters in their recipients' boxes, lets the desks read theirs. ``letters`` is all that came."""

    desks: Desks | None = None
    clock: Clock = field(default_factory=SystemClock)
    faults: FaultScript = field(default_factory=FaultScript)
    _boxes: dict[str, list[EmailMessage]] = field(default_factory=lambda: defaultdict(list))
    _written: int = 0

    def box(self, address: str) -> tuple[EmailMessage, ...]:
        """What lies in the mailbox of this address, in order."""
        with self._came:
            return tuple(self._boxes.get(address.lower(), ()))

    async def handle_RCPT(  # noqa: N802 - the library's name and arguments
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or what the script says."""
        sender = str(envelope.mail_from or "")
        fault = self.faults.of_try(sender, address.lower(), self.clock.now())
        if fault in TO_RECIPIENT:
            if fault is Fault.DOWN:
                asyncio.get_running_loop().call_later(0.05, server.transport.abort)
            return TO_RECIPIENT[fault]
        envelope.fault = fault  # this letter's; the next one on the connection has its own
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the library's
        """Keep a letter and hand it to whoever reads it."""
        fault = getattr(envelope, "fault", Fault.NONE)
        if fault is Fault.HANG:
            await asyncio.sleep(HANG_SECONDS)
        answer = await super().handle_DATA(server, session, envelope)
        letter = self.letters[-1]
        for recipient in map(str.lower, envelope.rcpt_tos):
            self._deliver(recipient, letter)
            self._answer(recipient, letter, str(envelope.mail_from or ""))
        if fault is Fault.TAKE_AND_CRASH:
            server.transport.abort()
        return answer

    def _deliver(self, address: str, letter: EmailMessage) -> None:
        with self._came:
            self._boxes[address].append(letter)
            self._came.notify_all()

    def _answer(self, recipient: str, letter: EmailMessage, sender: str) -> None:
        """What comes back by itself. Machines do not answer machines (RFC 3834 section 2)."""
        if str(letter.get("Auto-Submitted", "no")).lower().startswith("auto-replied"):
            return
        if recipient == BOUNCING:
            self._deliver(sender.lower(), self._bounce(recipient, letter))
            return
        text = self._text(recipient, letter)
        to = parseaddr(str(letter["Reply-To"] or letter["From"] or sender))[1].lower()
        if text and to:
            self._deliver(to, self._letter(recipient, to, letter, text))

    def _text(self, recipient: str, letter: EmailMessage) -> str:
        if recipient == PARTNER:
            return PARTNER_ANSWER.format(number=len(self._boxes[PARTNER]))
        if self.desks is not None and self.desks.has(recipient):
            return self.desks.read(recipient, letter)
        return ""

    def _letter(self, sender: str, to: str, answered: EmailMessage, text: str) -> EmailMessage:
        reply = EmailMessage()
        self._written += 1
        reply["Message-ID"] = f"<{self._written}.{sender}>"
        reply["Date"] = format_datetime(self.clock.now())
        reply["From"], reply["To"] = sender, to
        reply["Subject"] = f"Re: {answered['Subject'] or ''}".strip()
        if answered["Message-ID"]:
            reply["In-Reply-To"] = reply["References"] = str(answered["Message-ID"])
        reply["Auto-Submitted"] = "auto-replied"
        reply.set_content(text + "\n")
        return reply

    def _bounce(self, recipient: str, letter: EmailMessage) -> EmailMessage:
        """A report of non-delivery as mail servers write it (RFC 3464)."""
        self._written += 1
        told = {"date": format_datetime(self.clock.now()), "number": self._written, "recipient": recipient}
        told |= {name: letter[name] or "" for name in ("From", "Message-ID", "Subject")}
        return message_from_bytes(_BOUNCE.format_map(told).encode(), policy=SMTP_POLICY)

    def protocol(self) -> SMTP:
        """One connection's side of SMTP, for the running loop."""
        loop = asyncio.get_running_loop()
        return SMTP(self, hostname="mail.test", loop=loop, data_size_limit=LETTER_BYTES_MAX)
