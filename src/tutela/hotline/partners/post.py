"""How a referral leaves by mail: from which mailbox, signed with what, and why a letter cannot go now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tutela.hotline.partners.actions.naming import check_certificates
from tutela.hotline.partners.certificates import Certificate
from tutela.hotline.partners.envelopes import build_referral_letter
from tutela.hotline.partners.models import Partner, Referral
from tutela.kernel.clock import Clock
from tutela.kernel.egress.letters import Letter
from tutela.kernel.egress.mail_addresses import MailAddress, parse_mail_address
from tutela.kernel.egress.smtp import Mailer
from tutela.kernel.errors import Invalid
from tutela.share.notices.dkim_signing import DkimKey, sign_letter


class HinderedError(Exception):
    """Why a referral goes no further now: a word of ``acts.TROUBLES``, and whether it heals by itself."""

    def __init__(self, trouble: str, *, heals: bool) -> None:
        super().__init__(trouble)
        self.trouble, self.heals = trouble, heals


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """The mail server, and how this house writes.

    With ``test_mailbox`` letters to test endpoints go there; others wait, because nobody was told by them.
    """

    mailer: Mailer
    sender: MailAddress
    dkim: tuple[DkimKey, ...] = ()
    test_mailbox: MailAddress | None = None

    def check_open(self, partner: Partner) -> None:
        """Return where letters to the partner go out. Raises HinderedError."""
        if self.test_mailbox is not None and not partner.test:
            raise HinderedError("test_mail", heals=True)

    def letter(self, referral: Referral, sealed: bytes, *, now: datetime) -> Letter:
        """The letter, signed, with the same Message-ID at every try. Raises HinderedError."""
        recipient = self.test_mailbox or parse_mail_address(referral.partner.mailbox)
        try:
            letter = build_referral_letter(
                sealed,
                referral=referral.public_id,
                message_id=referral.message_id or f"<{referral.public_id}@{self.sender.host}>",
                parties=(self.sender, recipient),
                now=now,
                is_test=self.test_mailbox is not None,
            )
            return sign_letter(letter, self.dkim, now=now)
        except Invalid as error:
            raise HinderedError("too_large", heals=False) from error


def good_certificates(partner: Partner, clock: Clock) -> tuple[Certificate, ...]:
    """The certificates that mail to the partner is sealed to. Raises HinderedError where one is no good."""
    try:
        return check_certificates(partner, clock=clock)
    except Invalid as error:
        raise HinderedError("certificate", heals=False) from error
