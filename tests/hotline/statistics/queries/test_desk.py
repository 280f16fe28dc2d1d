from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.hotline.statistics.making import START, build_house
from tutela.hotline.cases.models import Item
from tutela.hotline.cases.states import STATES
from tutela.hotline.intake.models import Report
from tutela.hotline.statistics.queries import desk
from tutela.hotline.takedown.actions.checking import KIND as CHECK
from tutela.hotline.takedown.models import Notice, Watch
from tutela.hotline.work.models import Job

pytestmark = pytest.mark.django_db
NOW = START + timedelta(days=200, hours=12)


def an_item(hours: float, state: str = "rated", *, urgent: bool = False, reason: str = "") -> None:
    at = NOW - timedelta(hours=hours)
    Item.objects.create(
        kind="url",
        source="report",
        state=state,
        state_reason=reason,
        urgent=urgent,
        opened_at=at,
        moved_at=at,
    )


def a_report(days: float, number: int = 1, **said: object) -> None:
    plain = {"channel": "web", "way": "saw", "language": "nl", "urgent": False, "log_index": 0}
    for _ in range(number):
        at = NOW - timedelta(days=days)
        digest = f"{Report.objects.count():064x}"
        Report.objects.create(**{**plain, **said, "received_at": at, "receipt_digest": digest})


@pytest.mark.parametrize(
    ("ages", "oldest", "median"), [([3.0], 3, 3), ([1.0, 2.0], 2, 1.5), ([1.0, 2.0, 30.0], 30, 2)]
)
def test_the_oldest_and_the_middle_one_of_what_waits(ages: list[float], oldest: float, median: float) -> None:
    for hours in ages:
        an_item(hours)
    an_item(7, urgent=True)
    urgent, row = desk.queue_rows(NOW)
    assert (row.state, row.number, row.oldest_hours, row.median_hours) == ("rated", len(ages), oldest, median)
    assert (urgent.urgent, urgent.number, urgent.oldest_hours) == (True, 1, 7)


def test_what_is_done_with_does_not_wait() -> None:
    an_item(7, "closed", reason="ended")
    an_item(7, "watched")
    assert desk.queue_rows(NOW) == []
    assert desk.item_states() == {"watched": 1, "closed": 1}


def test_every_state_that_waits_is_one() -> None:
    assert set(desk.WAITING_STATES) == set(STATES) - {"watched", "removed", "held", "closed"}


def test_open_notices_are_all_counted_and_ended_ones_of_the_window() -> None:
    build_house(400)
    Notice.objects.filter(state__in=("sent", "withdrawn")).update(moved_at=NOW - timedelta(days=31))
    found = desk.notice_states(NOW)
    assert found["sent"] == found["withdrawn"] == 0
    assert found["in_doubt"] == Notice.objects.filter(state="in_doubt").count() > 0


def test_looks_that_are_due_are_the_backlog() -> None:
    assert desk.backlog(NOW) == desk.Backlog(number=0, oldest_hours=0.0)
    for hours, kind in ((2, CHECK), (1, CHECK), (-1, CHECK), (9, "fetch_sighting")):
        Job.objects.create(
            job_id=f"job_{hours}", kind=kind, version=1, arguments={}, key="", host="", priority=5,
            state="later", due=NOW - timedelta(hours=hours), made=NOW,
        )  # fmt: skip
    assert desk.backlog(NOW) == desk.Backlog(number=2, oldest_hours=2.0)


def test_places_are_counted_by_how_they_stand() -> None:
    build_house(20)
    for place, notice in enumerate(Notice.objects.filter(retracts=None)):
        standing = "there" if place else "gone_one_place"
        Watch.objects.get_or_create(
            sighting=notice.sighting, defaults={"standing": standing, "found": "gone", "since": START}
        )
    found = desk.watched()
    assert found["gone_one_place"] == 1 and found["there"] == Watch.objects.count() - 1 > 0


def test_outcomes_name_the_reason_of_what_was_closed() -> None:
    for _ in range(6):
        an_item(1, "closed", reason="duplicate")
        an_item(1, "acted", urgent=True)
    an_item(24 * 31, "closed", reason="duplicate")
    found = {cell.path: cell.count for cell in desk.outcomes(NOW, 5).cells}
    assert found == {("acted",): 6, ("closed: duplicate",): 6}


def test_reports_of_both_lanes_are_counted_and_small_counts_hidden() -> None:
    a_report(1, 6)
    a_report(1, 6, urgent=True, channel="api", language="")
    a_report(2, 2, channel="file")
    a_report(40, 3)
    found = desk.reports(NOW, 5)
    channels = {cell.path[0]: cell.count for cell in found.tables["channel"].cells}
    assert channels == {"web": 6, "api": None, "file": None} and not found.is_cut
    assert {cell.path[0]: cell.count for cell in found.tables["language"].cells} == {"nl": 8, "unknown": 6}
    days = {cell.path[0]: cell.count for cell in found.tables["day"].cells}
    assert len(days) == desk.WINDOW_DAYS and found.tables["day"].total == 14
    assert days[f"{NOW - timedelta(days=1):%Y-%m-%d}"] is None, "it would give the small day away"


def test_of_more_than_can_be_read_the_newest_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "LANE_ROWS_MAX", 6)
    a_report(1, 6, channel="api")
    a_report(2, 6)
    found = desk.reports(NOW, 5)
    assert [cell.path for cell in found.tables["channel"].cells] == [("api",)] and found.is_cut


def test_places_are_countries_providers_networks_and_numbers() -> None:
    build_house(200)
    made = desk.places(NOW + timedelta(days=160), 5)
    assert {len(cell.path) for cell in made.table.cells} == {1, 2, 3, 4} and made.median_hours


def test_the_number_of_queries_is_bounded() -> None:
    build_house(100)
    with CaptureQueriesContext(connection) as asked:
        desk.queue_rows(NOW)
        desk.reports(NOW, 5)
        desk.places(NOW, 5)
        desk.outcomes(NOW, 5)
    assert len(asked) <= 3 * 2 * len(desk.WAITING_STATES) + desk.WINDOW_DAYS + 7


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the planner of PostgreSQL reads small tables whole"
)
def test_no_query_reads_a_table_without_an_index() -> None:
    build_house(100)
    with CaptureQueriesContext(connection) as asked:
        desk.queue_rows(NOW)
        desk.item_states()
        desk.notice_states(NOW)
        desk.backlog(NOW)
        desk.watched()
        desk.outcomes(NOW, 5)
        desk.reports(NOW, 5)
        desk.places(NOW, 5)
    with connection.cursor() as cursor:
        for sql in (one["sql"] for one in asked):
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            steps = [str(row[3]) for row in cursor.fetchall()]
            assert not [step for step in steps if step.startswith("SCAN") and "INDEX" not in step], sql
            lanes = [step for step in steps if "cases_item_" in step or "intake_report_queue" in step]
            assert not [step for step in lanes if "SEARCH" in step and "urgent=?" not in step], sql
