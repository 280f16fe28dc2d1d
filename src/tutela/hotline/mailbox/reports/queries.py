"""Reads for the reader, the page and tutela doctor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Count

from tutela.hotline.mailbox.models import ReportMail
from tutela.hotline.mailbox.reports.results import RESULTS, Result

#: Mails that the page shows.
ROWS_MAX = 100
#: Days that are counted (our own).
COUNTED_DAYS = 30


def result_of(digest: str) -> str:
    """What this mail was found to be when it was read before; empty for a new one."""
    return ReportMail.objects.filter(digest=digest).values_list("result", flat=True).first() or ""


def partners_mails() -> list[ReportMail]:
    """The mails that name a partner's mailbox, the latest first."""
    return list(ReportMail.objects.exclude(sender="").order_by("-read_at", "-pk")[:ROWS_MAX])


def counted(now: datetime) -> Mapping[Result, int]:
    """How many mails of late were what, in the order of ``RESULTS``."""
    late = ReportMail.objects.filter(read_at__gte=now - timedelta(days=COUNTED_DAYS)).order_by()
    rows: dict[str, int] = dict(late.values_list("result").annotate(Count("pk")))
    return {result: rows.get(result, 0) for result in RESULTS}
