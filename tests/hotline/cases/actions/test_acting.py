"""A place waits to be acted on once, however often somebody says so."""

from __future__ import annotations

import pytest

from tests.hotline.cases.making import CLOCK, a_sighting, an_item
from tests.hotline.cases.test_coming import CLAIM
from tutela.hotline.cases.actions import act_at_once, acting, put_act
from tutela.hotline.cases.job_kinds import ACT
from tutela.hotline.work.handlers import URGENT
from tutela.hotline.work.models import Job

pytestmark = pytest.mark.django_db


def test_each_place_has_one_job() -> None:
    item = an_item()
    places = [a_sighting(item), a_sighting(item)]
    put_act(places, clock=CLOCK)
    put_act(places[:1], priority=URGENT, clock=CLOCK)
    jobs = Job.objects.filter(kind=ACT).order_by("pk")
    assert [one.arguments["sighting"] for one in jobs] == [one.public_id for one in places]
    assert jobs[0].priority == URGENT != jobs[1].priority


def test_the_first_place_is_acted_on_at_once_and_the_others_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    item = an_item()
    places = [a_sighting(item), a_sighting(item)]
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr(acting, "follow", lambda *told, key, clock: asked.append((*told, key)))
    act_at_once(places, CLAIM, "looked up", clock=CLOCK)
    first, other = (one.public_id for one in places)
    assert asked == [(ACT, {"sighting": first}, CLAIM, "looked up", f"{ACT}-{first}")]
    assert [one.arguments["sighting"] for one in Job.objects.filter(kind=ACT)] == [other]
