"""A reader as the settings want it: mailbox, keys, and how often it looks."""

from __future__ import annotations

from tutela.hotline.cases.address_keys import sealing_keys
from tutela.hotline.mailbox.reader import ReadingMeans
from tutela.hotline.mailbox.settings import ReplySettings
from tutela.kernel.egress.connecting import context_trusting
from tutela.kernel.egress.imap import ImapMailbox
from tutela.kernel.egress.mail_servers import MailboxServer


def reading_means(settings: ReplySettings) -> ReadingMeans | None:
    """What a reader works with; None where no mailbox is named.

    Raises Invalid where a password would leave this machine in the clear, or a file cannot be read.
    """
    if not settings.server:
        return None
    context = context_trusting(settings.certificates, field="replies.certificates")
    return ReadingMeans(
        mailbox=ImapMailbox(mailbox_server(settings), settings.folder, context=context),
        keys=sealing_keys().vault,
        poll_seconds=settings.poll_seconds,
        deletes=settings.afterwards == "delete",
    )


def mailbox_server(settings: ReplySettings) -> MailboxServer:
    """The mailbox server. Raises Invalid where something would leave this machine in the clear."""
    return MailboxServer(
        host=settings.server,
        port=settings.port,
        encryption=settings.encryption,
        user=settings.user,
        password=settings.password.get_secret_value(),
    )
