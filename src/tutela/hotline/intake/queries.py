"""What pages read of reports: a reporter how far theirs is, staff the facts, and nobody what was written."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q
from django.utils.functional import Promise

from tutela.hotline.cases.models import Membership
from tutela.hotline.intake.models import Report, ReportedItem
from tutela.hotline.intake.outcomes import outcomes
from tutela.hotline.intake.receipts import digest_of
from tutela.hotline.work.queries import rows_of_page
from tutela.kernel.errors import Refused
from tutela.kernel.ids import is_id

#: Rows of one page.
ROWS_MAX = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How far a report is: what became of its addresses, those that were added included.

    ``only_words``: it names no address, and somebody reads it.
    """

    digest: str = field(repr=False)
    told: tuple[tuple[Promise, int], ...]
    only_words: bool


def standing_of(untrusted_receipt: str) -> Standing | None:
    """How far the report of this receipt is, or None where there is none.

    A wrong receipt takes as long: the same slow digest, and the same two queries.
    """
    try:
        digest = digest_of(untrusted_receipt)
    except ValueError:
        digest = digest_of("")
    # two, since no index answers a question about a report or the one that it adds to
    found_key = Report.objects.filter(receipt_digest=digest).values_list("pk", flat=True).first() or 0
    own = Q(pk=found_key) | Q(adds_to=found_key)
    rows = list(Report.objects.filter(own).values_list("items__state", "items__state_reason"))
    found = [(str(state), str(reason)) for state, reason in rows if state]
    return Standing(digest=digest, told=outcomes(found), only_words=not found) if rows else None


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
    way: str
    age: str
    portal: str
    sender: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportFacts:
    """One report: id, state and weight of each item, the report it adds to or empty, and what adds to it."""

    row: ReportRow
    about: tuple[tuple[str, str, int], ...]
    adds_to: str
    additions: tuple[str, ...]


def report_rows(*, start: int = 0, limit: int = ROWS_MAX) -> list[ReportRow]:
    """Reports, the urgent ones first, then the newest; three queries."""
    found = rows_of_page(Report.objects.order_by("-urgent", "-received_at", "-pk"), start, limit)
    about = ReportedItem.objects.filter(report__in=[report.pk for report in found]).order_by()
    addresses = dict(about.values_list("report").annotate(Count("pk")))
    return [_row(report, addresses.get(report.pk, 0)) for report in found]


def report_facts(untrusted_report: str) -> ReportFacts:
    """Everything about one report, in six queries. Raises Refused where there is none."""
    everything = Report.objects.select_related("adds_to")
    wanted = everything.filter(public_id=untrusted_report) if is_id(untrusted_report) else None
    report = wanted.first() if wanted is not None else None
    if report is None:
        raise Refused("there is no such report, or you may not see it")
    items = list(report.items.order_by("pk").values_list("pk", "public_id", "state"))
    weights = weights_of([key for key, _, _ in items])
    return ReportFacts(
        row=_row(report, len(items)),
        about=tuple((item, state, weights[key]) for key, item, state in items),
        adds_to=report.adds_to.public_id if report.adds_to else "",
        additions=tuple(report.additions.order_by("pk").values_list("public_id", flat=True)),
    )


def weights_of(items: Collection[int]) -> dict[int, int]:
    """Item's key -> number of reports about it, or about another item that was seen at the same place.

    Three queries. The worker knows the same place by its keyed digest and joins the items in a series
    (``cases.actions.record_address``); the public process could not tell.
    """
    places = Membership.objects.filter(item__in=items, series__kind="place").values_list("item", "series")
    series = dict(places)
    about: dict[int, set[int]] = {item: set() for item in items}
    for item, report in ReportedItem.objects.filter(item__in=items).values_list("item", "report"):
        about[item].add(report)
    # not asked in one with the above: PostgreSQL reads whole tables for an "or" over two of them
    beside = ReportedItem.objects.filter(item__memberships__series__in=set(series.values()))
    for place, report in beside.values_list("item__memberships__series", "report").distinct():
        for one in items:
            if series.get(one) == place:
                about[one].add(report)
    return {item: len(reports) for item, reports in about.items()}


def _row(report: Report, items: int) -> ReportRow:
    return ReportRow(
        report=report.public_id,
        received_at=report.received_at,
        channel=report.channel,
        urgent=report.urgent,
        language=report.language,
        items=items,
        has_text=bool(report.text_sealed),
        way=report.way,
        age=report.age,
        portal=report.portal,
        sender=report.sender,
    )
