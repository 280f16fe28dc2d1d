"""The page of figures. Nobody can be found by it: no id, no address, no small count of reports or places."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tutela.hotline.routes import for_act
from tutela.hotline.statistics.bars import bars, named
from tutela.hotline.statistics.names import ITEM_STATES, OUTCOMES, STANDINGS, TITLES, WORDS
from tutela.hotline.statistics.queries import desk
from tutela.hotline.takedown.choices import STATE_NAMES
from tutela.kernel.clock import SystemClock


@for_act("see_statistics")
def statistics(request: HttpRequest) -> HttpResponse:
    """How the desk stands: queues, notices, looks, outcomes, reports and places."""
    now, small = SystemClock().now(), settings.TUTELA_SMALL_COUNT
    reports = desk.reports(now, small)
    shown = {
        "now": now,
        "days": desk.WINDOW_DAYS,
        "small_count": small,
        "queue": desk.queue_rows(now),
        "items": named(desk.item_states(), ITEM_STATES),
        "notices": named(desk.notice_states(now), STATE_NAMES),
        "backlog": desk.backlog(now),
        "watched": named(desk.watched(), STANDINGS),
        "outcomes": bars(desk.outcomes(now, small), OUTCOMES),
        "reports": [(TITLES[key], bars(table, WORDS)) for key, table in reports.tables.items()],
        "is_cut": reports.is_cut,
        "places": bars(desk.places(now, small), WORDS),
        "states": ITEM_STATES,
    }
    return render(request, "statistics/statistics.html", shown)
