"""The staff's pages about reports: the list, and the facts of one. What was written stays sealed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tutela.hotline.cases.forms import STATE_NAMES
from tutela.hotline.intake import queries
from tutela.hotline.intake.ways import AGES, WAY_NAMES
from tutela.hotline.routes import for_act
from tutela.hotline.work.queries import START_MAX, rows_wanted


@for_act("see_reports")
def reports(request: HttpRequest) -> HttpResponse:
    """The list of reports, the urgent ones first."""
    untrusted_start = request.GET.get("start", "")
    start = int(untrusted_start) if untrusted_start.isdecimal() and len(untrusted_start) < 10 else 0
    start = min(start, START_MAX)
    rows = queries.report_rows(start=start, limit=rows_wanted(start))
    more = f"?start={start + queries.ROWS_MAX}" if len(rows) > queries.ROWS_MAX else ""
    return render(request, "intake/desk/reports.html", {"rows": rows[: queries.ROWS_MAX], "next": more})


@for_act("see_reports")
def report(request: HttpRequest, untrusted_report: str) -> HttpResponse:
    """The facts of one report, with its items."""
    facts = queries.report_facts(untrusted_report)
    shown = {name: getattr(facts, name) for name in ("row", "about", "adds_to", "additions")}
    shown |= {"states": STATE_NAMES, "ways": WAY_NAMES, "ages": AGES}
    return render(request, "intake/desk/report.html", shown)
