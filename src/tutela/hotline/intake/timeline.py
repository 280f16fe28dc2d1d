"""What intake tells of an item: the reports that name it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from tutela.hotline.cases.models import Item
from tutela.hotline.cases.timeline import Told
from tutela.hotline.intake.models import Report

_REPORTED = _("Somebody reported it.")
_URGENT = _("Somebody reported it, and said that a child is in danger.")
_LINK = _("Report")


def tell(item: Item) -> Iterator[Told]:
    """Each report that names the item; one query."""
    for report in Report.objects.filter(items=item).order_by("pk"):
        sentence = _URGENT if report.urgent else _REPORTED
        at, subject = report.received_at, report.public_id
        yield Told(
            at=at, sentence=sentence, link=_LINK, route="desk_report", subject=subject, act="see_reports"
        )
