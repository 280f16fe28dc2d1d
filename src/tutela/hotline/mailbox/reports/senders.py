"""Whose mail it is: a mailbox that the settings name, vouched for by the server that received it. Pure.

Nothing but the head of a mail is read here, and of everybody else's mail nothing more ever is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from tutela.hotline.settings import SenderSettings
from tutela.kernel.egress.imap_session import HEAD_BYTES_MAX
from tutela.kernel.egress.mail_addresses import MailAddress, parse_mail_address
from tutela.share.notices.authentication import proves, vouched_by
from tutela.share.notices.incoming import FAULTS

#: A mailbox with a name before it. The name holds nothing that could be a second mailbox.
_NAMED = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^"<>@,;:\\])*<([^<>\s]+)>')


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """From whom a mail says that it is: one mailbox, and whether the server vouches for its domain."""

    address: MailAddress
    is_proved: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Whose:
    """Whose mail it is: a sender of the settings or None, and whether that is more than a claim."""

    sender: SenderSettings | None
    is_proved: bool = False

    @property
    def name(self) -> str:
        """The sender's word, empty for a stranger."""
        return self.sender.name if self.sender else ""


def whose_mail(untrusted_head: bytes, senders: Sequence[SenderSettings], server: str) -> Whose:
    """Whose mail it is; ``server`` is the name (authserv-id) of the house's own mail server."""
    claimed = claimed_by(untrusted_head, server)
    wanted = str(claimed.address).lower() if claimed else ""
    found = next((one for one in senders if wanted in one.mailboxes), None)
    return Whose(sender=found, is_proved=bool(found and claimed and claimed.is_proved))


def claimed_by(untrusted_head: bytes, server: str) -> Claimed | None:
    """The mailbox of the one ``From``; None where there is none, several, or one that is no plain mailbox."""
    if len(untrusted_head) > HEAD_BYTES_MAX:
        return None
    try:
        head = message_from_bytes(untrusted_head)
        address = _from(head)
        results = vouched_by(head, server) if server else None
    except FAULTS:
        return None
    is_proved = results is not None and proves(results, address.host)
    return Claimed(address=address, is_proved=is_proved)


def _from(head: Message) -> MailAddress:
    """Raises ValueError where it is not one plain mailbox."""
    (untrusted,) = head.get_all("From", [])
    text = " ".join(str(untrusted).split())
    named = _NAMED.fullmatch(text)
    return parse_mail_address(named[1] if named else text)
