"""Who a notice is from, as the settings say."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings as django_settings

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
    settings: NoticeSettings = getattr(django_settings, "TUTELA_NOTICES", None) or NoticeSettings()
    return Letterhead(
        sender=parse_mail_address(settings.from_address),
        name=settings.from_name,
        public_url=str(getattr(django_settings, "TUTELA_PUBLIC_URL", "")).rstrip("/"),
    )
