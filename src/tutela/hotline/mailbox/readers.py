"""Readers as the settings want them: mailbox, keys, and how often it is looked."""

from __future__ import annotations

from collections.abc import Sequence

from tutela.hotline.cases.address_keys import sealing_keys
from tutela.hotline.mailbox.reader import ReadingMeans
from tutela.hotline.mailbox.reports.reader import ReportMeans
from tutela.hotline.mailbox.settings import MailboxSettings, ReplySettings, ReportMailSettings
from tutela.hotline.settings import SenderSettings
from tutela.kernel.egress.connecting import context_trusting
from tutela.kernel.egress.imap import ImapMailbox
from tutela.kernel.egress.mail_servers import MailboxServer
from tutela.kernel.errors import Invalid


def reading_means(settings: ReplySettings) -> ReadingMeans | None:
    """What a reader works with; None where no mailbox is named.

    Raises Invalid where a password would leave this machine in the clear, or a file cannot be read.
    """
    if not settings.server:
        return None
    return ReadingMeans(
        mailbox=_mailbox(settings, "replies"),
        keys=sealing_keys().vault,
        poll_seconds=settings.poll_seconds,
        deletes=settings.afterwards == "delete",
    )


def report_means(
    settings: ReportMailSettings, senders: Sequence[SenderSettings], replies: ReplySettings
) -> ReportMeans | None:
    """What a reader of reports works with; None where no mailbox is named.

    Raises Invalid as ``reading_means``, and where settings do not fit together.
    """
    if not settings.server:
        return None
    check_report_mail(settings, replies)
    return ReportMeans(
        mailbox=_mailbox(settings, "reports_by_mail"),
        keys=sealing_keys(),
        senders=senders,
        server=settings.authserv_id,
        poll_seconds=settings.poll_seconds,
        deletes=settings.afterwards == "delete",
    )


def check_report_mail(settings: ReportMailSettings, replies: ReplySettings) -> None:
    """Return where a mail can be proved, and no other reader takes it away. Raises Invalid."""
    if not settings.authserv_id:
        raise Invalid(
            "is the name that your mail server writes into Authentication-Results: without it no mail is "
            "proved to be a partner's",
            field="reports_by_mail.authserv_id",
        )
    if _box(settings) == _box(replies):
        raise Invalid("answers are read there: name another folder", field="reports_by_mail.folder")


def _box(settings: MailboxSettings) -> tuple[str, int, str, str]:
    return settings.server.lower(), settings.port, settings.user.lower(), settings.folder.lower()


def _mailbox(settings: MailboxSettings, table: str) -> ImapMailbox:
    context = context_trusting(settings.certificates, field=f"{table}.certificates")
    return ImapMailbox(mailbox_server(settings), settings.folder, context=context)


def mailbox_server(settings: MailboxSettings) -> MailboxServer:
    """The mailbox server. Raises Invalid where something would leave this machine in the clear."""
    return MailboxServer(
        host=settings.server,
        port=settings.port,
        encryption=settings.encryption,
        user=settings.user,
        password=settings.password.get_secret_value(),
    )
