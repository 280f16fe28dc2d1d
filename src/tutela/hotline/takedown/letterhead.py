"""Who a notice is from, as the settings say."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from tutela.hotline.takedown.settings import NoticeSettings
from tutela.kernel.egress.mail_addresses import MailAddress, parse_mail_address


@dataclass(frozen=True, kw_only=True, slots=True)
class Letterhead:
    """The sender's mailbox, the name beside it, and the address of the public pages."""

    sender: MailAddress
    name: str
    public_url: str


def letterhead() -> Letterhead:
    """The letterhead in force."""
    notices: NoticeSettings = getattr(settings, "TUTELA_NOTICES", None) or NoticeSettings()
    return Letterhead(
        sender=parse_mail_address(notices.from_address),
        name=notices.from_name,
        public_url=str(getattr(settings, "TUTELA_PUBLIC_URL", "")).rstrip("/"),
    )
