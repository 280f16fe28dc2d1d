from __future__ import annotations

import pytest

from tutela.hotline.work import actions, queries
from tutela.hotline.work.models import Presence
from tutela.kernel.clock import FixedClock

pytestmark = pytest.mark.django_db


def test_two_workers_of_one_name_are_two(clock: FixedClock) -> None:
    for instance in ("wrk_a", "wrk_b"):
        actions.say_present(instance, "ann", 1, 0, clock=clock)
    assert [one.instance for one in queries.workers(name="ann", clock=clock)] == ["wrk_a", "wrk_b"]


def test_a_worker_that_goes_is_not_there_any_more(clock: FixedClock) -> None:
    actions.say_present("wrk_a", "ann", 1, 0, clock=clock)
    actions.say_gone("wrk_a")
    assert queries.workers(clock=clock) == []


def test_a_worker_keeps_its_start_and_counts_on(clock: FixedClock) -> None:
    started = clock.now()
    actions.say_present("wrk_a", "ann", 1, 0, clock=clock)
    clock.advance(10)
    actions.say_present("wrk_a", "ann", 5, 2, clock=clock)
    found = queries.workers(clock=clock)[0]
    assert (found.started, found.seen, found.finished, found.failed) == (started, clock.now(), 5, 2)


def test_who_went_without_a_word_is_forgotten_after_a_day(clock: FixedClock) -> None:
    actions.say_present("wrk_a", "ann", 0, 0, clock=clock)
    clock.advance(86_401)
    actions.say_present("wrk_b", "ben", 0, 0, clock=clock)
    assert Presence.objects.get().instance == "wrk_b"
