from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.commands.work_calls import Foreman
from tutela.hotline.work import actions
from tutela.kernel.clock import SystemClock


def test_an_empty_table_counts_nothing(foreman: Foreman) -> None:
    assert foreman("list") == 0
    assert foreman.out == "0 later, 0 waiting, 0 running, 0 parked\n"


def test_jobs_are_shown_in_the_order_of_their_turn(foreman: Foreman) -> None:
    second, first = foreman.put(), foreman.put(priority=0)
    foreman("list")
    assert [line.split()[0] for line in foreman.out.splitlines()] == [first, second, "0"]
    assert "2 waiting" in foreman.out


def test_how_long_the_oldest_waits_is_said(foreman: Foreman) -> None:
    foreman.put(due=SystemClock().now() - timedelta(hours=1))
    foreman("list")
    assert "1 waiting, 0 running, 0 parked; the oldest is due for 3,60" in foreman.out


def test_jobs_are_chosen(foreman: Foreman) -> None:
    later = foreman.put(due=datetime.max.replace(tzinfo=UTC) - timedelta(days=1))
    other = foreman.put(kind="other")
    assert [row["job"] for row in foreman.rows("list", "--state", "later")] == [later]
    assert [row["job"] for row in foreman.rows("list", "--kind", "other")] == [other]
    assert len(foreman.rows("list", "--limit", "1")) == 1


def test_workers_are_shown_and_two_of_one_name_visibly(foreman: Foreman) -> None:
    foreman("list", "--workers")
    assert foreman.out == "nobody works: tutela work run\n"
    for instance, name in (("wrk_a", "ann"), ("wrk_b", "ann"), ("wrk_c", "ben")):
        actions.say_present(instance, name, 3, 1, clock=SystemClock())
    foreman("list", "--workers")
    assert [("SHARES" in line) for line in foreman.out.splitlines()] == [True, True, False]
    assert "3 jobs done, 1 tries failed" in foreman.out
    assert [row["name_shared"] for row in foreman.rows("list", "--workers")] == [True, True, False]
