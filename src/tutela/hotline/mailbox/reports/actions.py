"""The writes: the reports of a mail, each in a transaction of its own, and then that the mail was read.

The order is the promise. A report is known again by the mail and its place in it, so whoever begins anew
after a death writes each of them once; the mail counts as read only when all of them stand in the database.
"""

from __future__ import annotations

import hashlib

from django.db import transaction

from tutela.hotline.cases.addresses import SealingKeys
from tutela.hotline.intake.actions import record_report
from tutela.hotline.intake.prepared import Origin, prepare
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.mailbox.models import ReportMail
from tutela.hotline.mailbox.reports.contents import Contents
from tutela.hotline.mailbox.reports.queries import result_of
from tutela.hotline.takedown.actions.sending import SENDER
from tutela.kernel.clock import Clock, SystemClock

_MACHINE_CLOCK = SystemClock()
#: How reports that came so are marked.
CHANNEL = "mail"


def take_in(
    contents: Contents,
    keys: SealingKeys,
    *,
    digest: str,
    sender: str,
    clock: Clock = _MACHINE_CLOCK,
) -> bool:
    """Whether the mail is a new one; its reports are durable either way.

    Neither mandate nor quorum is asked, as for any report. Raises Unavailable without the public keys.
    """
    if result_of(digest):
        return False
    for place, told in enumerate(contents.told):
        receipt = _receipt_digest(digest, place)
        prepared = prepare(told, keys, digest=receipt, at=clock.now(), origin=Origin(sender=sender))
        record_report(prepared, channel=CHANNEL, clock=clock)
    _record_mail(contents, digest=digest, sender=sender, clock=clock)
    return True


@transaction.atomic
def _record_mail(contents: Contents, *, digest: str, sender: str, clock: Clock) -> None:
    row = ReportMail.objects.create(
        digest=digest,
        result=contents.result,
        sender=sender,
        reports=len(contents.told),
        wrong=contents.wrong,
        left_out=contents.left_out,
        is_cut=contents.is_cut,
        read_at=clock.now(),
    )
    facts: dict[str, Fact] = {"result": row.result, "reports": row.reports, "wrong": row.wrong}
    facts |= {"left_out": row.left_out, "cut": row.is_cut}
    record("report_mail_read", actor=SENDER, subject=row.public_id, facts=facts, clock=clock)


def _receipt_digest(digest: str, place: int) -> str:
    """What stands where others have the digest of their receipt: no seven words lead to it."""
    return hashlib.sha256(f"tutela report by mail\x00{digest}\x00{place}".encode("ascii")).hexdigest()
