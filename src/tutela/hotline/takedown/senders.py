"""A sender as the settings want it: mail server, traces, letterhead, opener."""

from __future__ import annotations

from pathlib import Path

from tutela.hotline.takedown.letterhead import Manner
from tutela.hotline.takedown.sender import Means
from tutela.hotline.takedown.settings import NoticeSettings
from tutela.hotline.takedown.signing import dkim_keys
from tutela.hotline.takedown.traces import MailTrace, NoTrace, PostfixTrace
from tutela.kernel.egress.connecting import context_trusting
from tutela.kernel.egress.destinations import is_loopback
from tutela.kernel.egress.mail_addresses import parse_mail_address
from tutela.kernel.egress.mail_servers import MailServer
from tutela.kernel.egress.smtp import SmtpMailer
from tutela.kernel.errors import Invalid
from tutela.kernel.opener.asking import Opens
from tutela.share.notices.contents import Letterhead

#: Names that lead nowhere (RFC 6761): mail from them goes to this machine only.
NOWHERE = (".test", ".invalid", ".example", ".localhost")


def means_of(settings: NoticeSettings, head: Letterhead, opener: Opens) -> Means:
    """What a sender works with. Raises Invalid for settings that do not fit together."""
    if head.sender.host.endswith(NOWHERE) and not is_loopback(settings.server):
        raise Invalid(
            "name the mailbox that notices are from, and that somebody reads", field="notices.from_address"
        )
    context = context_trusting(settings.certificates, field="notices.certificates")
    return Means(
        mailer=SmtpMailer(server_of(settings), context=context),
        opener=opener,
        head=head,
        trace=_trace(settings),
        manner=manner_of(settings),
        per_host_per_minute=settings.per_host_per_minute,
        gather_seconds=settings.gather_seconds,
    )


def manner_of(settings: NoticeSettings) -> Manner:
    """How this house writes. Raises Invalid for a key that is none."""
    return Manner(
        country=settings.country,
        digests=settings.digests,
        test_mailbox=parse_mail_address(settings.test_mailbox) if settings.test_mailbox else None,
        dkim=dkim_keys(settings),
    )


def server_of(settings: NoticeSettings) -> MailServer:
    """The mail server. Raises Invalid where mail would leave this machine in the clear."""
    return MailServer(
        host=settings.server,
        port=settings.port,
        encryption=settings.encryption,
        own_name=settings.own_name,
        user=settings.user,
        password=settings.password.get_secret_value(),
        talk_seconds=settings.talk_seconds,
        answer_seconds=settings.answer_seconds,
    )


def _trace(settings: NoticeSettings) -> MailTrace:
    return PostfixTrace(Path(settings.trace_log)) if settings.trace == "postfix" else NoTrace()
