"""Facts about what people found, and about whom they told: items that show a child, and referrals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from tutela.hotline.cases.models import Item, Sighting, Verdict
from tutela.hotline.partners.models import Referral
from tutela.hotline.review.models import Assessment
from tutela.hotline.statistics.facts import UNKNOWN, ChildFact, ReferralFact
from tutela.hotline.statistics.queries.rows import month, values

#: Classes of a verdict that are about a child (``categories``).
OF_CHILDREN = ("csam", "generated_csam", "exploitative")
#: What the schemes of ``kernel.taxonomy`` call a child's age band and sex, and words that say nothing.
AGES, SEXES = ("age", "age-band"), ("gender", "sex")
OPEN_WORDS = frozenset({"", "undetermined", "not categorised", "not determined", "unknown"})
#: Said of a referral that nobody has answered.
NO_ANSWER = "no_answer"


def child_facts(items: QuerySet[Item]) -> Iterator[ChildFact]:
    """Facts of those of these items whose verdict names a class about children, as the last person said.

    An assessment that was taken back does not count, nor an item that no person has assessed. One query.
    """
    verdict = Verdict.objects.filter(item=OuterRef("item")).order_by("-pk")
    of_item = Assessment.objects.filter(item=OuterRef("item"), withdrawn_at=None, outcome="illegal")
    fetched = Sighting.objects.filter(item=OuterRef("item"), how="fetched").exclude(country="")
    rows = Assessment.objects.filter(item__in=items.values("pk")).annotate(
        verdict=Subquery(verdict.values("legal_class")[:1]),
        country=Subquery(fetched.order_by("pk").values("country")[:1]),
    )
    last = of_item.order_by("-made_at", "-pk").values("pk")[:1]
    chosen = rows.filter(pk=Subquery(last), verdict__in=OF_CHILDREN)
    columns = ("item__opened_at", "elements", "scheme", "severity", "country", "site_kind", "commercial")
    for at, elements, scheme, severity, country, kind, commercial, own in values(
        chosen, *columns, "self_generated"
    ):
        yield ChildFact(
            month=month(at),
            age=_said(elements, AGES),
            sex=_said(elements, SEXES),
            severity=UNKNOWN if severity is None else f"{scheme}: {severity}",
            country=country or UNKNOWN,
            site_kind=kind,
            commercial=commercial,
            self_generated=own,
        )


def referral_facts(start: datetime, end: datetime) -> Iterator[ReferralFact]:
    """Facts of the referrals that were put in line in this time and handed over; exercises are left out."""
    handed = Referral.objects.filter(queued_at__gte=start, queued_at__lt=end, handed_at__isnull=False)
    rows = handed.filter(partner__test=False)
    for at, kind, grounds, outcome in values(rows, "queued_at", "partner__kind", "grounds", "outcome"):
        yield ReferralFact(month=month(at), partner=kind, grounds=grounds, outcome=outcome or NO_ANSWER)


def _said(elements: Mapping[str, object], names: tuple[str, ...]) -> str:
    """What was said under one of these names, or that nothing was."""
    said = next((str(elements[name]) for name in names if elements.get(name)), "")
    return UNKNOWN if said in OPEN_WORDS else said
