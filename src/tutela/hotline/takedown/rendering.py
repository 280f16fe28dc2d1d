"""The notice as a message. The one place where an address stands in the clear, and it goes to its recipient.

Nothing a reporter wrote is in it. The headers hold words of our own and ids; the address of the item is in
the body alone (threat model ST-11).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from string import Template

from tutela.hotline.takedown.attempts import Attempt, Carried
from tutela.hotline.takedown.letterhead import Letterhead
from tutela.kernel.clock import iso_utc
from tutela.kernel.egress.letters import Letter, build_letter
from tutela.kernel.egress.mail_addresses import parse_mail_address

#: What a notice says. Texts by law and language come with the room share.notices.
TEXT = Template(
    """\
$house asks you to remove what is at these addresses:

$places
On what we know it is sexual abuse material of a child or otherwise illegal. Please
remove it, keep what your law asks you to keep for the police, and do not pass it on.

This message names exactly the addresses above and nothing else of your service.
If you think that it is wrong, answer this message: somebody reads it and takes the
notice back where it was a mistake.

Letter $letter
Message $message_id
Whether we sent it: $public_url/verify/$letter
"""
)
#: One place.
PLACE = Template(
    """\
    $url
    last fetched $seen_at, SHA-256
    $sha256
    notice $notice
"""
)
#: What takes a notice back says. It names no address: the number leads to the notice.
RETRACTION = Template(
    """\
$house takes back its notice $retracts.

It was wrong. Please put back what you have removed because of it, and drop whatever
you keep for that reason alone. We are sorry for the trouble.

If you have questions, answer this message: somebody reads it.

This message $letter
Message $message_id
Whether we sent it: $public_url/verify/$letter
"""
)


def render_notice(
    attempt: Attempt, untrusted_urls: Sequence[str], head: Letterhead, *, now: datetime
) -> Letter:
    """The letter of this attempt; one that takes a notice back names no address, whatever is handed in.

    ``untrusted_urls`` are those of its notices, in their order.

    Raises Invalid for an address that does not fit into a message.
    """
    message = EmailMessage()
    message["From"] = Address(head.name, head.sender.local, head.sender.host)
    recipient = parse_mail_address(attempt.address)
    message["To"] = Address("", recipient.local, recipient.host)
    message["Subject"] = _subject(attempt)
    message["Date"] = now
    message["Message-ID"] = attempt.message_id
    message["Auto-Submitted"] = "auto-generated"
    if attempt.retracts_message_id:
        message["In-Reply-To"] = attempt.retracts_message_id
    message.set_content(_text(attempt, untrusted_urls, head))
    return build_letter(message)


def _subject(attempt: Attempt) -> str:
    if attempt.retracts:
        return f"Notice {attempt.retracts} is taken back"
    return f"Letter {attempt.letter}: removal asked for"


def _text(attempt: Attempt, untrusted_urls: Sequence[str], head: Letterhead) -> str:
    template = RETRACTION if attempt.retracts else TEXT
    return template.substitute(
        house=head.name,
        retracts=attempt.retracts,
        places="\n".join(map(_place, attempt.notices, untrusted_urls)),
        letter=attempt.letter,
        message_id=attempt.message_id,
        public_url=head.public_url,
    )


def _place(carried: Carried, untrusted_url: str) -> str:
    return PLACE.substitute(
        url=untrusted_url.replace("\r", "%0D").replace("\n", "%0A"),
        seen_at=iso_utc(carried.seen_at),
        sha256=carried.sha256 or "(not kept)",
        notice=carried.notice,
    )
