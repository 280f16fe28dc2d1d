"""The facts of a year, read in one pass for each table. Nothing is kept, and no id or address is read.

A year of a large house is read from the command line, not by a page; its memory grows with the number of
*different* facts, not with the number of rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from tutela.hotline.cases.models import Item, Match, Verdict
from tutela.hotline.intake.models import Report
from tutela.hotline.statistics.categories import NOT_CLASSIFIED, NOTHING_ILLEGAL
from tutela.hotline.statistics.facts import HOUR_DIGITS, UNKNOWN, Facts, ItemFact, NoticeFact, ReportFact
from tutela.hotline.statistics.queries.assessed import child_facts, referral_facts
from tutela.hotline.statistics.queries.rows import month, values
from tutela.hotline.takedown.models import Notice, Removal, Watch

#: Both lanes: an index that begins with ``urgent`` is of use where both are named.
LANES = (True, False)


def year_facts(year: int) -> Facts:
    """The facts of a year of UTC: reports received, items opened, notices and referrals queued in it."""
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    reports = Report.objects.filter(urgent__in=LANES, received_at__gte=start, received_at__lt=end)
    items = Item.objects.filter(urgent__in=LANES, opened_at__gte=start, opened_at__lt=end)
    notices = Notice.objects.filter(queued_at__gte=start, queued_at__lt=end)
    return Facts(
        reports=Counter(_report_facts(reports)),
        items=Counter(_item_facts(items)),
        notices=Counter(notice_facts(notices)),
        children=Counter(child_facts(items)),
        referrals=Counter(referral_facts(start, end)),
    )


def _report_facts(rows: QuerySet[Report]) -> Iterator[ReportFact]:
    columns = ("received_at", "channel", "way", "language", "urgent", "adds_to_id")
    for at, channel, way, language, urgent, adds_to in values(rows, *columns):
        yield ReportFact(
            month=month(at),
            channel=channel,
            way=way,
            language=language or UNKNOWN,
            urgent=_yes(urgent),
            addition=_yes(adds_to is not None),
        )


def _item_facts(rows: QuerySet[Item]) -> Iterator[ItemFact]:
    last = Verdict.objects.filter(item=OuterRef("pk")).order_by("-pk")
    told = rows.annotate(
        verdict=Subquery(last.values("legal_class")[:1]),
        scheme=Subquery(last.values("scheme")[:1]),
        scheme_category=Subquery(last.values("category")[:1]),
        listed=Subquery(_listed("pk")),
    )
    columns = ("opened_at", "kind", "source", "state", "state_reason", "verdict", "listed", "scheme")
    for at, kind, source, state, reason, verdict, listed, scheme, category in values(
        told, *columns, "scheme_category"
    ):
        yield ItemFact(
            month=month(at),
            kind=kind,
            source=source,
            outcome=f"closed: {reason}" if state == "closed" else state,
            category=_category(verdict, listed),
            scheme_category=f"{scheme}: {category}" if scheme else UNKNOWN,
        )


def notice_facts(rows: QuerySet[Notice]) -> Iterator[NoticeFact]:
    """Facts of notices; one that takes another back is counted with it. Two passes: hosts, then rows."""
    own = rows.filter(retracts=None)
    groups = _host_groups(own)
    last = Verdict.objects.filter(item=OuterRef("sighting__item")).order_by("-pk")
    gone = Removal.objects.filter(sighting=OuterRef("sighting"), removed_at__gte=OuterRef("claimed_at"))
    told = own.annotate(
        verdict=Subquery(last.values("legal_class")[:1]),
        listed=Subquery(_listed("sighting__item")),
        removed_at=Subquery(gone.order_by("removed_at").values("removed_at")[:1]),
        stands=Exists(gone.filter(reopened_at=None)),
        standing=Subquery(Watch.objects.filter(sighting=OuterRef("sighting")).values("standing")[:1]),
        retracted=Exists(Notice.objects.filter(retracts=OuterRef("pk"))),
    )
    columns = ("queued_at", "claimed_at", "state", "recipient__name", "sighting__country")
    more = ("sighting__network_number", "sighting__host_digest", "verdict", "listed", "removed_at", "stands")
    for row in values(told, *columns, *more, "standing", "retracted"):
        yield _notice_fact(row, groups)


def _notice_fact(row: tuple[Any, ...], groups: dict[str, str]) -> NoticeFact:
    queued, claimed, state, provider, country, network, digest = row[:7]
    verdict, listed, removed, stands, standing, retracted = row[7:]
    return NoticeFact(
        month=month(queued),
        state=state,
        category=_category(verdict, listed),
        country=country or UNKNOWN,
        provider=provider or UNKNOWN,
        network=UNKNOWN if network is None else f"AS{network}",
        host_group=groups.get(digest, UNKNOWN),
        action="retracted" if retracted else _action(removed, standing, stands=stands),
        hours_to_removal="" if removed is None else str(_hours(claimed, removed)),
    )


def _host_groups(rows: QuerySet[Notice]) -> dict[str, str]:
    """Digest of a host -> the number that stands for it here: 1 for the one that most notices are about."""
    counted = rows.order_by().values_list("sighting__host_digest").annotate(number=Count("pk"))
    order = sorted(((number, digest) for digest, number in counted if digest), reverse=True)
    return {digest: f"host {place}" for place, (_, digest) in enumerate(order, 1)}


def _listed(item: str) -> QuerySet[Match, Any]:
    """The class of the first approved entry that the item met."""
    met = Match.objects.filter(item=OuterRef(item), approved=True).exclude(legal_class="")
    return met.order_by("pk").values("legal_class")[:1]


def _category(verdict: str | None, listed: str | None) -> str:
    if verdict is not None:
        return verdict or NOTHING_ILLEGAL
    return listed or NOT_CLASSIFIED


def _action(removed: datetime | None, standing: str | None, *, stands: bool) -> str:
    """What was seen after a notice; what is gone from one place alone is counted apart."""
    if removed is not None:
        return "removed" if stands else "came_back"
    return "gone_one_place" if standing == "gone_one_place" else "not_seen_removed"


def _hours(start: datetime, end: datetime) -> float:
    return round((end - start).total_seconds() / 3_600, HOUR_DIGITS)


def _yes(value: object) -> str:
    return "yes" if value else "no"
