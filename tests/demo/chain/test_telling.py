"""A day is told in one line, and what is no removal once for each host."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.hotline.takedown.making import WORKER, a_sighting
from tutela.demo.chain.story import Stage
from tutela.demo.chain.telling import Story
from tutela.hotline.cases.models import Sighting
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import PUBLIC, person
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.takedown.actions import record_check
from tutela.hotline.takedown.removal import Look, Result
from tutela.kernel.ids import new_id

pytestmark = pytest.mark.django_db


def look(sighting: Sighting, stage: Stage, result: Result) -> None:
    stage.clock.advance(2_000)
    both = tuple(Look(vantage=name, at=stage.clock.now(), result=result) for name in ("north", "south"))
    record_check(sighting, both, actor=WORKER, clock=stage.clock)


def test_what_happened_is_counted_and_said_once(stage: Stage) -> None:
    sighting = a_sighting(stage.clock)
    Sighting.objects.filter(pk=sighting.pk).update(url_digest="d" * 64)
    said: list[str] = []
    story = Story(said.append, {"d" * 64: "geo.test"}, stage.clock.now(), stage.clock)
    story.day()
    assert said == []  # what was there before is no part of it
    who, item = new_id("usr_"), sighting.item.public_id
    with transaction.atomic():
        record("report_received", actor=PUBLIC, subject=new_id("rep_"), clock=stage.clock)
        facts: dict[str, Fact] = {"exposure": new_id("exp_"), "level": "protected", "tiles": 1}
        record("item_shown", actor=person(who), subject=item, facts=facts, clock=stage.clock)
    for _ in range(2):
        look(sighting, stage, "blocked")
    story.day()
    assert said[0].split("  ")[-1] == "1 report, 1 protected look, 2 looked at again"
    assert said[1:] == [
        "      geo.test refuses us: that says nothing about the picture, not counted as removed"
    ]
    assert story.shown_to(who) == {item: 1} and story.shown_to(new_id("usr_")) == {}
    look(sighting, stage, "blocked")
    story.day()
    assert len(said) == 3
