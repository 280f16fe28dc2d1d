"""What pages read of reports: a reporter how far theirs is, staff the facts, and nobody what was written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Count

from tutela.hotline.intake.models import Report
from tutela.hotline.intake.receipts import digest_of
from tutela.kernel.errors import Refused
from tutela.kernel.ids import is_id

#: Rows of one page.
ROWS_MAX = 100

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


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportRow:
    """One report as staff see it: ``items`` counts its addresses; what was written freely is sealed."""

    report: str
    received_at: datetime
    channel: str
    urgent: bool
    language: str
    items: int
    has_text: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportFacts:
    """One report with the ids and states of its items."""

    row: ReportRow
    about: tuple[tuple[str, str], ...]


def report_rows(*, start: int = 0, limit: int = ROWS_MAX) -> list[ReportRow]:
    """Reports, the urgent ones first, then the newest; one query."""
    found = Report.objects.annotate(addresses=Count("items")).order_by("-urgent", "-received_at", "-pk")
    return [_row(report, report.addresses) for report in found[start : start + limit]]


def report_facts(untrusted_report: str) -> ReportFacts:
    """Everything about one report, in two queries. Raises Refused where there is none."""
    wanted = Report.objects.filter(public_id=untrusted_report) if is_id(untrusted_report) else None
    report = wanted.first() if wanted is not None else None
    if report is None:
        raise Refused("there is no such report, or you may not see it")
    about = tuple(report.items.order_by("pk").values_list("public_id", "state"))
    return ReportFacts(row=_row(report, len(about)), about=about)


def _row(report: Report, items: int) -> ReportRow:
    return ReportRow(
        report=report.public_id,
        received_at=report.received_at,
        channel=report.channel,
        urgent=report.urgent,
        language=report.language,
        items=items,
        has_text=bool(report.text_sealed),
    )
