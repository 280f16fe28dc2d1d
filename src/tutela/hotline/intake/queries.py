"""What a reporter may learn with the receipt: how far it is, and nothing of what was found."""

from __future__ import annotations

from typing import Literal

from tutela.hotline.intake.models import Report
from tutela.hotline.intake.receipts import digest_of

#: How far a report is: waiting for somebody, being dealt with, dealt with.
Standing = Literal["received", "in_work", "done"]
#: States of an item in which nobody has looked at it yet.
_WAITING = frozenset({"received", "fetched", "unfetchable", "fingerprinted", "matched", "unmatched", "rated"})
#: States of an item that is dealt with, as far as the reporter is concerned.
_DONE = frozenset({"removed", "closed"})


def standing_of(untrusted_receipt: str) -> Standing | None:
    """How far the report of this receipt is, or None where there is none; as slow for a wrong receipt."""
    try:
        digest = digest_of(untrusted_receipt)
    except ValueError:
        return None
    states = Report.objects.filter(receipt_digest=digest).values_list("items__state", flat=True)
    return _standing({state or "received" for state in states})


def _standing(states: set[str]) -> Standing | None:
    if not states:
        return None
    if states <= _DONE:
        return "done"
    return "received" if states <= _WAITING else "in_work"
