"""Reads for pages, and what the referrer takes next. Nothing here holds the address of an item."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from tutela.hotline.cases.models import Item, Membership
from tutela.hotline.cases.queries import page_series
from tutela.hotline.partners.actions.handing import LONGEST_PAUSE_SECONDS
from tutela.hotline.partners.actions.queueing import ACTS_OF_KINDS, ITEMS_MAX, is_usable
from tutela.hotline.partners.acts import HOWS, STATES
from tutela.hotline.partners.certificates import read_certificates
from tutela.hotline.partners.models import Partner, Referral, ReferredItem
from tutela.hotline.work.queries import rows_of_page, rows_wanted

#: Rows of one page.
ROWS_MAX = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class PartnerRow:
    """A partner as a page shows it. ``usable``: cases may be handed to it. ``ends_at``: of its certificates
    the first end.
    """

    partner: str
    name: str
    kind: str
    country: str
    test: bool
    how: str
    mailbox: str
    keys: tuple[str, ...]
    ends_at: datetime | None
    usable: bool
    named_by: str


def next_referral(now: datetime, hows: Collection[str] = HOWS) -> Referral | None:
    """The referral that is due the longest and goes one of these ways, with its document where it is made.

    None where nothing is due.
    """
    late = now + timedelta(seconds=2 * LONGEST_PAUSE_SECONDS)  # further off: the clock was set back (FI-12)
    due = Q(due__lte=now) | Q(due__gt=late)
    rows = Referral.objects.filter(due, state="queued", partner__how__in=hows).select_related("partner")
    return rows.order_by("due", "id").first()


def referral_rows(state: str = "", *, start: int = 0) -> list[Referral]:
    """Referrals of a state or all, the newest first, with ``number`` of items; one more than a page."""
    rows = Referral.objects.order_by("-queued_at", "-id")
    rows = rows.filter(state=state) if state else rows
    return _counted(rows_of_page(rows, start, rows_wanted(start), whole=_shown()))


def referrals_of(untrusted_item: str) -> list[Referral]:
    """Referrals that name this item, the newest first."""
    rows = _shown().filter(items__public_id=untrusted_item)
    return _counted(rows.order_by("-queued_at", "-id")[:ROWS_MAX])


def together_with(item: Item) -> list[Item]:
    """The item, and every other one that stood on the same page or is that page; the oldest first."""
    pages = list(page_series(item).values_list("pk", "page"))
    found = {item.pk, *(page for _, page in pages)}
    on_them = Membership.objects.filter(series__in=[series for series, _ in pages]).order_by("item")
    found |= set(on_them.values_list("item", flat=True).distinct()[: ITEMS_MAX + 1])
    return list(Item.objects.filter(pk__in=found).order_by("pk")[: ITEMS_MAX + 1])


def counts() -> dict[str, int]:
    """How many referrals are in each state; one query."""
    found = dict(Referral.objects.order_by().values_list("state").annotate(number=Count("*")))
    return {state: found.get(state, 0) for state in STATES}


def partner_rows() -> list[PartnerRow]:
    """Partners by name."""
    return [_row(one) for one in Partner.objects.order_by("name", "pk")[:ROWS_MAX]]


def certificate_ends() -> list[datetime]:
    """When each certificate ends that mail to a partner is sealed to, of those that cases may go to."""
    rows = [_row(one) for one in Partner.objects.filter(how="mail").order_by("pk")]
    return [row.ends_at for row in rows if row.usable and row.ends_at is not None]


def usable_partners() -> list[tuple[str, str]]:
    """(id, name) of each partner that a case may be handed to now."""
    rows = Partner.objects.filter(kind__in=ACTS_OF_KINDS).order_by("name", "pk")
    return [(one.public_id, one.name) for one in rows if is_usable(one)]


def _shown() -> QuerySet[Referral]:
    return Referral.objects.select_related("partner").defer("document_sealed")


def _counted(rows: Iterable[Referral]) -> list[Referral]:
    """The rows of one page, each with how many items it names; counted for these alone."""
    found = list(rows)
    named = ReferredItem.objects.filter(referral__in=[one.pk for one in found]).order_by()
    numbers = dict(named.values_list("referral").annotate(Count("pk")))
    for one in found:
        one.number = numbers.get(one.pk, 0)  # type: ignore[attr-defined]  # read by the page
    return found


def _row(one: Partner) -> PartnerRow:
    certificates = [found for pem in one.keys.get("smime", ()) for found in read_certificates(pem)]
    return PartnerRow(
        partner=one.public_id,
        name=one.name,
        kind=one.kind,
        country=one.country,
        test=one.test,
        how=one.how,
        mailbox=one.mailbox,
        keys=(*one.keys.get("age", ()), *(found.sha256 for found in certificates)),
        ends_at=min((found.ends_at for found in certificates), default=None),
        usable=is_usable(one),
        named_by=one.named_by,
    )
