"""One message to one mailbox, in the bytes that are sent.

Built from an ``EmailMessage`` alone, whose policy refuses most line breaks in headers; the rest is refused
here (threat model ST-11). The envelope is read from its own headers, so that both name the same mailbox.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from email.policy import SMTP

from tutela.kernel.egress.mail_addresses import MailAddress, parse_mail_address
from tutela.kernel.errors import Invalid

#: Bytes of a whole message: a notice is a page of text (our own; servers take 10 MiB and more).
MESSAGE_BYTES_MAX = 1 << 20
#: Bytes of a line without its end (RFC 5321 section 4.5.3.1.6).
LINE_BYTES_MAX = 998
#: A line break that is not CR LF: some servers read an end of message in it (CVE-2023-51764).
_BARE_BREAK = re.compile(rb"(?<!\r)\n|\r(?!\n)|\x00")
#: A DKIM signature as one folded header of printable ASCII (RFC 6376 section 3.5).
_SIGNATURE = re.compile(rb"DKIM-Signature:(?:[\x20-\x7e]|\t|\r\n[ \t]+(?=[\x21-\x7e]))+\r\n")
#: Headers of which a message has one (RFC 5322 section 3.6); there is no Cc and no Bcc.
_ONCE = ("From", "To", "Subject", "Date", "Message-ID")
_NEVER = ("Cc", "Bcc", "Sender", "Resent-To", "Resent-From", "Resent-Cc", "Resent-Bcc")


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A message as it goes out. Its content is for the recipient alone, so it is not part of ``repr``.

    ``bytes_max`` is what it may have with everything that is put before it.
    """

    message_id: str
    sender: MailAddress
    recipient: MailAddress
    content: bytes = field(repr=False)
    bytes_max: int = MESSAGE_BYTES_MAX


def build_letter(message: EmailMessage, *, bytes_max: int = MESSAGE_BYTES_MAX) -> Letter:
    """The message as it goes out. Raises Invalid with the name of the header that is not as it should be."""
    for name in _ONCE:
        if len(message.get_all(name, [])) != 1:
            raise Invalid("a notice has exactly one of this header", field=name)
    for name in _NEVER:
        if name in message:
            raise Invalid("a notice goes to one mailbox from one mailbox", field=name)
    for name, value in message.items():
        if not str(value).isprintable():
            # A line break at the very end of a value passes EmailMessage's own look (Python 3.11).
            raise Invalid("a header is one line of printable characters", field=name)
    return Letter(
        message_id=str(message["Message-ID"]),
        sender=_mailbox(message, "From"),
        recipient=_mailbox(message, "To"),
        content=_content(message, bytes_max),
        bytes_max=bytes_max,
    )


def sign_letter(letter: Letter, signature: bytes) -> Letter:
    """The letter with a DKIM signature before its headers. Raises Invalid for anything but one header."""
    if not _SIGNATURE.fullmatch(signature):
        raise Invalid("a signature is one header of printable characters", field="DKIM-Signature")
    content = signature + letter.content
    _check(content, letter.bytes_max)
    return replace(letter, content=content)


def _mailbox(message: EmailMessage, name: str) -> MailAddress:
    addresses, groups = message[name].addresses, message[name].groups
    if len(addresses) != 1 or groups[0].display_name is not None:
        raise Invalid("a notice goes to one mailbox from one mailbox", field=name)
    try:
        return parse_mail_address(addresses[0].addr_spec)
    except ValueError as error:
        raise Invalid(str(error), field=name) from error


def _content(message: EmailMessage, bytes_max: int) -> bytes:
    content = message.as_bytes(policy=SMTP)
    _check(content, bytes_max)
    return content


def _check(content: bytes, bytes_max: int) -> None:
    if len(content) > bytes_max:
        raise Invalid(f"a message has at most {bytes_max} bytes", field="message")
    if _BARE_BREAK.search(content) or any(len(line) > LINE_BYTES_MAX for line in content.split(b"\r\n")):
        raise Invalid(
            "a line of the message is too long or ends in something else than CR LF", field="message"
        )
