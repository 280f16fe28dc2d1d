"""What became of each place, read at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.hotline.takedown.making import WORKER, a_clock, a_recipient, a_sighting
from tutela.hotline.cases.models import Sighting
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.takedown.actions import queue_notice, record_check
from tutela.hotline.takedown.courses import courses, next_sending
from tutela.hotline.takedown.removal import Look, Result

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rehearse(tmp_path, clock=a_clock())
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))


def test_a_place_that_came_back_says_so_and_names_whom_one_told(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    clock = a_clock()
    sighting = a_sighting(clock)
    Sighting.objects.filter(pk=sighting.pk).update(url_digest="d" * 64)
    assert next_sending() is None
    queue_notice(sighting, a_recipient(clock), actor=WORKER, clock=clock)
    assert next_sending() == clock.now()
    looks: tuple[Result, ...] = ("gone", "gone", "present")
    for result in looks:
        clock.advance(2_000)
        both = tuple(Look(vantage=name, at=clock.now(), result=result) for name in ("north", "south"))
        record_check(sighting, both, actor=WORKER, clock=clock)
    (found,) = courses()
    assert (found.url_digest, found.sighting, found.state) == ("d" * 64, sighting.public_id, "acted")
    assert (found.standing, found.removals, found.came_back) == ("there", 1, 1)
    assert found.found == {"gone", "present"}
    assert found.told == (("abuse@host.test", "queued"),)
    again: tuple[Result, ...] = ("gone", "gone")
    for result in again:
        clock.advance(2_000)
        both = tuple(Look(vantage=name, at=clock.now(), result=result) for name in ("north", "south"))
        record_check(sighting, both, actor=WORKER, clock=clock)
    with django_assert_num_queries(5):
        (found,) = courses()
    assert (found.standing, found.removals, found.came_back) == ("removed", 2, 1)


def test_a_place_without_an_address_is_none_that_one_can_follow() -> None:
    a_sighting(a_clock())
    assert courses() == []
