"""How the desk stands now: a fixed number of queries, each by an index, over a bounded number of rows.

What describes the work itself (how many wait, for how long) is shown as it is: whoever sees this page has to
act on one that waits. What describes reports and places is cut into tables without small counts.
A lane is asked for by ``urgent__in``: for ``urgent=False`` Django writes ``NOT urgent``, which no index of
SQLite answers.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, QuerySet

from tutela.hotline.cases.models import Item
from tutela.hotline.cases.queries import counts
from tutela.hotline.intake.models import Report
from tutela.hotline.statistics.facts import UNKNOWN, Facts
from tutela.hotline.statistics.queries.year import LANES, notice_facts
from tutela.hotline.statistics.suppression import Table, protect
from tutela.hotline.statistics.yearly import CUTS, Made, tables
from tutela.hotline.takedown.actions.checking import KIND as CHECK
from tutela.hotline.takedown.models import Notice, Watch
from tutela.hotline.takedown.removal import STANDINGS
from tutela.hotline.work.models import LATER, WAITING, Job

#: States in which an item waits for somebody or something of ours.
WAITING_STATES = (
    "received", "fetched", "unfetchable", "fingerprinted", "matched", "unmatched", "rated", "in_review",
    "verdict", "acted", "reappeared",
)  # fmt: skip
#: States of a notice that are counted whole, and those that are counted as far as the window reaches.
OPEN_STATES, ENDED_STATES = ("queued", "sending", "in_doubt", "failed"), ("sent", "withdrawn")
#: Days that reports, outcomes and ended notices are counted for.
WINDOW_DAYS = 30
#: Reports and items of one lane, and notices, that are read at most, the newest: a page takes a second.
LANE_ROWS_MAX, NOTICES_MAX = 20_000, 5_000


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueRow:
    """Items that wait in one state and lane: how many, and how old the oldest and the middle one are."""

    state: str
    urgent: bool
    number: int
    oldest_hours: float
    median_hours: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Backlog:
    """Looks that are due and were not taken: how many, and since when the first one waits, in hours."""

    number: int
    oldest_hours: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Reports:
    """Reports of the window: tables by title, and whether more came than were read."""

    tables: dict[str, Table]
    is_cut: bool


def queue_rows(now: datetime) -> list[QueueRow]:
    """How old what waits is, by state and lane; at most five queries for each state."""
    rows = (_queue_row(state, urgent, now) for state in WAITING_STATES for urgent in LANES)
    return [row for row in rows if row is not None]


def _queue_row(state: str, urgent: bool, now: datetime) -> QueueRow | None:  # noqa: FBT001 - one of two lanes
    rows = Item.objects.filter(state=state, urgent__in=[urgent]).order_by("opened_at")
    number = rows.count()
    if not number:
        return None
    opened = rows.values_list("opened_at", flat=True)
    oldest = opened.first() or now
    middle = list(opened[(number - 1) // 2 : number // 2 + 1]) or [oldest]
    median = sum(_hours(at, now) for at in middle) / len(middle)
    return QueueRow(
        state=state, urgent=urgent, number=number, oldest_hours=_hours(oldest, now), median_hours=median
    )


def item_states() -> dict[str, int]:
    """How many items are in each state, in the order of their life; one query over an index."""
    return counts()


def notice_states(now: datetime) -> dict[str, int]:
    """How many notices are open, by state, and how many were sent or withdrawn in the window."""
    since = now - timedelta(days=WINDOW_DAYS)
    rows = Notice.objects
    found = {state: rows.filter(state=state).count() for state in OPEN_STATES}
    ended = {state: rows.filter(state=state, moved_at__gte=since).count() for state in ENDED_STATES}
    return found | ended


def backlog(now: datetime) -> Backlog:
    """Looks at places that are due and have not been taken; one query."""
    due = Job.objects.filter(state__in=(LATER, WAITING), due__lte=now, kind=CHECK)
    found = due.aggregate(number=Count("*"), oldest=Min("due"))
    oldest = found["oldest"]
    return Backlog(number=found["number"], oldest_hours=_hours(oldest, now) if oldest else 0.0)


def watched() -> dict[str, int]:
    """How the places stand that are looked at again, in the order of ``removal.STANDINGS``; one query."""
    found = dict(Watch.objects.order_by().values_list("standing").annotate(number=Count("*")))
    return {standing: found[standing] for standing in STANDINGS if standing in found}


def outcomes(now: datetime, small_count: int) -> Table:
    """What became of the items that were opened in the window."""
    counted: Counter[tuple[str, ...]] = Counter()
    for urgent in LANES:
        rows = Item.objects.filter(urgent__in=[urgent], opened_at__gte=now - timedelta(days=WINDOW_DAYS))
        for (state, reason), number in _grouped(rows, "opened_at", "state", "state_reason").items():
            counted[(f"closed: {reason}" if state == "closed" else state,)] += number
    return protect(counted, small_count)


def reports(now: datetime, small_count: int) -> Reports:
    """Reports of the window by channel, way in, language and day; two queries, and one for each day."""
    start = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=WINDOW_DAYS - 1)
    lanes = [
        _grouped(
            Report.objects.filter(urgent__in=[urgent], received_at__gte=start), "received_at",
            "channel", "way", "language",
        )
        for urgent in LANES
    ]  # fmt: skip
    cells = lanes[0] + lanes[1]
    cut = {
        title: protect(_margin(cells, place), small_count)
        for place, title in enumerate(("channel", "way", "language"))
    }
    cut["day"] = protect(_days(start), small_count)
    return Reports(tables=cut, is_cut=any(sum(lane.values()) >= LANE_ROWS_MAX for lane in lanes))


def places(now: datetime, small_count: int) -> Made:
    """The newest notices by country, provider, network and host, with the median hours to removal."""
    newest = Notice.objects.filter(queued_at__gte=now - timedelta(days=365)).order_by("-queued_at", "-id")
    rows = Notice.objects.filter(pk__in=list(newest.values_list("pk", flat=True)[:NOTICES_MAX]))
    facts = Facts(notices=Counter(notice_facts(rows)))
    (cut,) = [one for one in CUTS if one.key == "notices_by_provider"]
    (made,) = tables(facts, small_count, [cut])
    return made


def _days(start: datetime) -> Counter[tuple[str, ...]]:
    counted: Counter[tuple[str, ...]] = Counter()
    for day in range(WINDOW_DAYS):
        begin = start + timedelta(days=day)
        rows = Report.objects.filter(
            urgent__in=LANES, received_at__gte=begin, received_at__lt=begin + timedelta(days=1)
        )
        counted[(f"{begin:%Y-%m-%d}",)] = rows.count()
    return counted


def _grouped(rows: QuerySet[Any], newest: str, *columns: str) -> Counter[tuple[str, ...]]:
    """How many of the newest rows have the same words in these columns.

    They are counted here: asked to count those whose keys are among the newest, PostgreSQL reads the whole
    table.
    """
    return Counter(rows.order_by(f"-{newest}").values_list(*columns)[:LANE_ROWS_MAX])


def _margin(cells: Counter[tuple[str, ...]], place: int) -> Counter[tuple[str, ...]]:
    margin: Counter[tuple[str, ...]] = Counter()
    for path, number in cells.items():
        margin[(path[place] or UNKNOWN,)] += number
    return margin


def _hours(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds() / 3_600)
