"""Who a letter is from, and how this house writes, as the settings say."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings as django_settings

from tutela.hotline.takedown.settings import NoticeSettings
from tutela.kernel.egress.mail_addresses import MailAddress, parse_mail_address
from tutela.kernel.egress.urls import read_url
from tutela.share.notices.contents import Digests, Letterhead
from tutela.share.notices.dkim_signing import DkimKey


@dataclass(frozen=True, kw_only=True, slots=True)
class Manner:
    """How this house writes: from which country, what it tells of digests, and what it signs with.

    With ``test_mailbox`` every letter goes there instead, and says so.
    """

    country: str = ""
    digests: Digests = "letter"
    test_mailbox: MailAddress | None = None
    dkim: tuple[DkimKey, ...] = ()


def letterhead() -> Letterhead:
    """The letterhead in force. Raises Invalid for a public address that is none."""
    settings = settings_in_force()
    public = read_url(str(getattr(django_settings, "TUTELA_PUBLIC_URL", "")), field="hotline.public_url")
    return Letterhead(
        sender=sender_mailbox(), name=settings.from_name, public_url=public.canonical.rstrip("/")
    )


def sender_mailbox() -> MailAddress:
    """The mailbox that letters are from."""
    return parse_mail_address(settings_in_force().from_address)


def house_country() -> str:
    """The country of this house, ISO 3166-1 alpha-2, or empty where the settings name none."""
    return settings_in_force().country


def settings_in_force() -> NoticeSettings:
    """The settings of notices that this process runs with."""
    found: NoticeSettings = getattr(django_settings, "TUTELA_NOTICES", None) or NoticeSettings()
    return found
