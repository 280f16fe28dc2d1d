"""Links by which a child reports itself: a helpline opens one, hands it over, and it works once."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.db import transaction

from tutela.hotline.cases.address_keys import sealing_keys
from tutela.hotline.intake.models import Report, SelfReportLink
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import PUBLIC
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.custody.sealed_texts import epoch_of, seal_text
from tutela.kernel.errors import Invalid
from tutela.kernel.ids import is_id, new_id

#: For how long a link works. Our own: a talk may be followed by some days of thinking.
LINK_DAYS = 7
#: Characters of a helpline's own case number.
REFERENCE_CHARACTERS_MAX = 100
_MACHINE_CLOCK = SystemClock()


@transaction.atomic
def open_link(sender: str, age: str, untrusted_reference: str, *, clock: Clock = _MACHINE_CLOCK) -> str:
    """The token of a new link, shown once. The helpline's number is sealed. Raises Invalid, Unavailable."""
    if not untrusted_reference or len(untrusted_reference) > REFERENCE_CHARACTERS_MAX:
        raise Invalid(f"has 1 to {REFERENCE_CHARACTERS_MAX} characters", field="case_number")
    token, now = new_id("srl_"), clock.now()
    sealed = seal_text(untrusted_reference, sealing_keys().vault)
    SelfReportLink.objects.create(
        token_digest=_digest(token),
        sender=sender,
        age=age,
        text_sealed=sealed,
        text_epoch=epoch_of(sealed),
        made_at=now,
        ends_at=now + timedelta(days=LINK_DAYS),
    )
    record("self_report_opened", actor=PUBLIC, clock=clock)
    return token


def open_links(untrusted_token: str, *, clock: Clock = _MACHINE_CLOCK) -> SelfReportLink | None:
    """The link of this token while it works, or None."""
    if not is_id(untrusted_token):
        return None
    working = SelfReportLink.objects.filter(report=None, ends_at__gt=clock.now())
    return working.filter(token_digest=_digest(untrusted_token)).first()


@transaction.atomic
def use_link(link: SelfReportLink, receipt_digest: str) -> None:
    """Return once the report of this receipt has used the link up; one in the spare area does not."""
    report = Report.objects.filter(receipt_digest=receipt_digest).first()
    if report is not None:
        SelfReportLink.objects.filter(pk=link.pk, report=None).update(report=report)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("ascii")).hexdigest()
