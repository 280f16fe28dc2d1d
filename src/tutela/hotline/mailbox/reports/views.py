"""The page about reports that come by mail: what became of each partner's mail, and how many others came."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tutela.hotline.mailbox.reports.queries import COUNTED_DAYS, counted, partners_mails
from tutela.hotline.mailbox.reports.words import RESULT_NAMES
from tutela.hotline.routes import for_act
from tutela.kernel.clock import SystemClock


@for_act("see_reports")
def reports_by_mail(request: HttpRequest) -> HttpResponse:
    """The counts of late, and the mails that name a partner's mailbox."""
    told = [(RESULT_NAMES[one], number) for one, number in counted(SystemClock().now()).items() if number]
    rows = [(mail, RESULT_NAMES[mail.result]) for mail in partners_mails()]
    return render(request, "mailbox/reports.html", {"told": told, "rows": rows, "days": COUNTED_DAYS})
