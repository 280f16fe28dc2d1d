"""What follows from a verdict: places are told, and nothing where this house writes to nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.hotline.cases.rig import KNOWN
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
from tests.hotline.review.opened import a_picture, opened
from tutela.hotline.cases.actions import record_sighting
from tutela.hotline.cases.job_kinds import ACT, SECOND_LOOK
from tutela.hotline.cases.models import Item
from tutela.hotline.cases.seen import Seen
from tutela.hotline.cases.votes import votes_on
from tutela.hotline.ledger.actors import person, process
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.hotline.review import ballots
from tutela.hotline.review.actions import assess, claim_next, deciding, show
from tutela.hotline.review.actions.showing import show_items
from tutela.hotline.review.models import Assessment, Exposure
from tutela.hotline.takedown.actions import name_recipient
from tutela.hotline.takedown.models import Notice
from tutela.hotline.takedown.permitting import check_permitted
from tutela.hotline.work.models import Job
from tutela.kernel.custody.records import record_of

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
    Item.objects.filter(pk=item.pk).update(state="acted")  # as the job does
    sighting = item.sightings.select_related("item").get()
    permit = check_permitted(sighting, votes=votes_on(sighting.item), police_told=None, clock=clock)
    assert (permit.consequence, permit.second_look_due is not None) == ("notice_unknown", True)
    assert Job.objects.get(kind=SECOND_LOOK).due == permit.second_look_due


def test_a_candidate_that_two_hashes_name_needs_one_look_and_no_second() -> None:
    clock, anna = a_clock(), an_analyst()
    item = a_waiting_item(clock, state="matched")
    matched(item, confirmed="second_hash")
    judged(anna, ILLEGAL, clock)
    Item.objects.filter(pk=item.pk).update(state="acted")  # as the job does
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


def test_from_a_report_to_a_notice_in_the_outbox_by_one_look_at_a_grey_tile() -> None:
    body, anna = a_picture(), an_analyst()
    with opened(body) as (made, opener):
        recipient = name_recipient(
            "abuse@host.test", "Host", source="person", actor=person(anna.public_id), clock=made.clock
        )
        item = made.reported()
        made.work()
        assert state_of(item) == "unmatched"
        turn = claim_next(anna, clock=made.clock)
        assert turn is not None
        (shown,) = show(anna, turn.turn, opener=opener, clock=made.clock)
        assert len(shown.tiles) == 1
        (became,) = assess(anna, turn.turn, turn.items, ILLEGAL, key="passkey-1", clock=made.clock)
        assert became.state == "verdict"
        made.later(1)
        made.work()
    assert state_of(item) == "acted"
    notice = Notice.objects.get()
    assert (notice.recipient, notice.consequence, notice.state) == (recipient, "notice_unknown", "queued")
    assert notice.second_look_due == Assessment.objects.get().made_at + timedelta(hours=24)
    leaves = [bytes(row) for row in LedgerEntry.objects.order_by("index").values_list("leaf", flat=True)]
    steps = [step for _, step in record_of(notice.sighting.blob, leaves).steps]
    assert [(step.act, step.who, step.reason) for step in steps][1:] == [("opened", anna.public_id, "tile")]


def test_what_a_list_knows_byte_for_byte_comes_to_a_notice_and_is_shown_to_nobody() -> None:
    anna = an_analyst()
    with opened(KNOWN) as (made, opener):
        name_recipient(
            "abuse@host.test", "Host", source="person", actor=person(anna.public_id), clock=made.clock
        )
        item = made.reported()
        made.work()
        assert claim_next(anna, clock=made.clock) is None
        (shown,) = show_items(anna, [item], "", opener=opener, clock=made.clock)
        assert "shown to nobody" in shown.why
        made.later(1)
        made.work()
    assert Notice.objects.get().consequence == "notice_known"
    assert not opener.crossed
    assert not Exposure.objects.exists()
