"""What follows from a verdict: places are told, and nothing where this house writes to nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.hotline.review.making import (
    ILLEGAL,
    a_clock,
    a_waiting_item,
    an_analyst,
    jobs_of,
    judged,
    matched,
    state_of,
)
from tutela.hotline.cases.actions import record_sighting
from tutela.hotline.cases.job_kinds import ACT, SECOND_LOOK
from tutela.hotline.cases.seen import Seen
from tutela.hotline.cases.votes import votes_on
from tutela.hotline.ledger.actors import process
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.hotline.review import ballots
from tutela.hotline.review.actions import deciding
from tutela.hotline.takedown.permitting import check_permitted
from tutela.hotline.work.models import Job

pytestmark = pytest.mark.django_db


def test_every_place_where_its_bytes_were_is_told_about_urgent_where_it_is() -> None:
    clock, anna = a_clock(), an_analyst()
    item = a_waiting_item(clock, urgent=True)
    there = Seen(how="fetched", process="fetcher", reason="report", sha256="a" * 64)
    gone = Seen(how="fetched", process="fetcher", reason="report", status_code=404)
    for seen in (there, gone):
        record_sighting(item, seen, actor=process("fetcher"), clock=clock)
    judged(anna, ILLEGAL, clock)
    assert len(jobs_of(ACT)) == 2
    assert set(Job.objects.filter(kind=ACT).values_list("priority", flat=True)) == {0}


def test_a_notice_about_unknown_material_stands_on_the_votes_and_asks_for_a_second_look() -> None:
    clock, anna = a_clock(), an_analyst()
    item = a_waiting_item(clock)
    judged(anna, ILLEGAL, clock)
    sighting = item.sightings.select_related("item").get()
    permit = check_permitted(sighting, votes=votes_on(sighting.item), police_told=None, clock=clock)
    assert (permit.consequence, permit.second_look_due is not None) == ("notice_unknown", True)
    assert Job.objects.get(kind=SECOND_LOOK).due == permit.second_look_due


def test_a_candidate_that_two_hashes_name_needs_one_look_and_no_second() -> None:
    clock, anna = a_clock(), an_analyst()
    item = a_waiting_item(clock, state="matched")
    matched(item, confirmed="second_hash")
    judged(anna, ILLEGAL, clock)
    sighting = item.sightings.select_related("item").get()
    permit = check_permitted(sighting, votes=votes_on(sighting.item), police_told=None, clock=clock)
    assert (permit.consequence, permit.second_look_due) == ("notice_second_hash", None)
    assert not jobs_of(SECOND_LOOK)


def test_without_an_assessment_nobody_stands_behind_a_notice() -> None:
    clock = a_clock()
    assert votes_on(a_waiting_item(clock)) == ()


def test_a_house_that_writes_to_nobody_comes_to_a_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, anna = a_clock(), an_analyst()
    own = mandate_in_force(clock=clock)
    silent = replace(own, granted={grant: law for grant, law in own.granted.items() if grant != "write"})
    for module in (ballots, deciding):
        monkeypatch.setattr(module, "mandate_in_force", lambda clock: silent)
    item = a_waiting_item(clock)
    judged(anna, ILLEGAL, clock)
    assert state_of(item) == "verdict"
    assert not jobs_of(ACT)
