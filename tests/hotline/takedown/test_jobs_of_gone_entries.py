"""An entry goes, and with it every letter that was sent because of it: from the list to the outbox."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.detect.matching.making import entry, header
from tests.hotline.cases.making import a_verdict
from tests.hotline.cases.rig import KNOWN, PLACE, Rig, rig, state_of
from tests.hotline.takedown.making import OFFICER, a_form, acts
from tests.hotline.takedown.test_jobs import acted, gone, send
from tutela.detect.matching.memory import MemoryList
from tutela.hotline.cases.actions import hold_item, move_item, release_item
from tutela.hotline.cases.job_kinds import ACT, SETTLE
from tutela.hotline.cases.jobs import WORKER
from tutela.hotline.cases.models import Item
from tutela.hotline.cases.rechecking import AGAIN_SECONDS, START_SECONDS, watch_lists
from tutela.hotline.review.queries import waiting
from tutela.hotline.takedown.actions.taking_back import record_filled_late
from tutela.hotline.takedown.contacts.models import FormNotice
from tutela.hotline.takedown.contacts.taken_back import take_backs
from tutela.hotline.takedown.models import Notice
from tutela.hotline.work.actions import put
from tutela.hotline.work.models import Job
from tutela.kernel.egress.replaying import Recorded

pytestmark = pytest.mark.django_db


def declared(*held: bytes, version: str = "1") -> MemoryList:
    """The list by which the rig knows what it knows."""
    entries = [entry("ent", "sha256", hashlib.sha256(one).digest()) for one in held]
    return MemoryList(header("declared", approved=True, version=version), entries)


@pytest.fixture
def made() -> Iterator[Rig]:
    with rig() as found:
        found.lists[:] = [declared(KNOWN)]
        yield found


def entry_goes(made: Rig) -> None:
    """The list's new version holds nothing; all that follows from it is done."""
    made.lists[:] = [declared(version="2")]
    watch_lists(clock=made.clock)
    made.later(START_SECONDS / 60)
    made.work()
    made.later(AGAIN_SECONDS / 60)
    made.work()


def is_outstanding(notice: Notice) -> bool:
    notice.refresh_from_db()
    return notice.state != "withdrawn" and not Notice.objects.filter(retracts=notice).exists()


def test_a_letter_that_went_out_is_taken_back_and_people_look_at_the_item(made: Rig) -> None:
    item = acted(made)
    send(made)
    notice = Notice.objects.get()
    entry_goes(made)
    assert state_of(item) == "rated" and list(waiting(made.clock.now())) == [item]
    retraction = Notice.objects.get(retracts=notice)
    assert retraction.recipient == notice.recipient and acts(notice.public_id)[-1] == "notice_withdrawn"
    (letter,) = send(made).accepted
    assert notice.public_id.encode() in letter.content and PLACE.encode() not in letter.content
    for _ in range(3):
        made.later(24 * 60)
        made.work()
    assert Notice.objects.count() == 2 and not Job.objects.filter(state="parked").exists()
    assert state_of(item) == "rated"


def test_a_letter_that_waits_is_withdrawn_and_nobody_hears_of_it(made: Rig) -> None:
    acted(made)
    entry_goes(made)
    assert Notice.objects.get().state == "withdrawn" and send(made).accepted == []


def test_a_list_that_still_holds_it_takes_nothing_back(made: Rig) -> None:
    item = acted(made)
    send(made)
    made.lists[:] = [declared(KNOWN, b"more", version="2")]
    watch_lists(clock=made.clock)
    made.later(START_SECONDS / 60)
    made.work()
    made.later(AGAIN_SECONDS / 60)
    made.work()
    assert state_of(item) in ("acted", "watched") and is_outstanding(Notice.objects.get())


def test_what_people_judged_illegal_keeps_its_letter(made: Rig) -> None:
    item = acted(made)
    send(made)
    Item.objects.filter(pk=item.pk).update(state="in_review")
    item.refresh_from_db()
    a_verdict(item)
    Item.objects.filter(pk=item.pk).update(state="watched")
    entry_goes(made)
    assert state_of(item) == "watched" and is_outstanding(Notice.objects.get())
    assert "match_withdrawn" in acts(item.public_id)


def test_a_job_that_comes_late_takes_nothing_back_of_what_is_known_again(made: Rig) -> None:
    """The list took the entry in again, or people judged, between the withdrawal and the job."""
    item = acted(made)
    assert Notice.objects.get().state == "queued"
    put(SETTLE, {"item": item.public_id, "wrong": True}, key=f"{SETTLE}-late", clock=made.clock)
    made.work()
    assert state_of(item) in ("acted", "watched") and is_outstanding(Notice.objects.get())


def test_of_what_is_removed_the_host_hears_and_may_bring_it_back(made: Rig) -> None:
    item = gone(made)
    entry_goes(made)
    item.refresh_from_db()
    assert (item.state, item.state_reason) == ("closed", "withdrawn")
    assert not is_outstanding(Notice.objects.get(retracts=None))
    made.show({PLACE: Recorded(body=KNOWN)})
    made.later(24 * 60 * 30)
    made.work()
    assert state_of(item) == "closed" and Notice.objects.filter(retracts=None).count() == 1


def test_of_what_was_closed_as_gone_the_letter_is_taken_back_too(made: Rig) -> None:
    item = gone(made)
    item = move_item(item, "closed", actor=WORKER, reason="ended", clock=made.clock)
    notice = Notice.objects.get()
    made.work()
    assert is_outstanding(notice)
    entry_goes(made)
    assert not is_outstanding(notice) and item.state_reason == "ended"
    assert Notice.objects.get(retracts=notice).state == "queued"


def test_an_item_that_is_closed_at_that_moment_loses_nothing_of_it(made: Rig) -> None:
    item = gone(made)
    made.lists[:] = [declared(version="2")]
    watch_lists(clock=made.clock)
    made.later(START_SECONDS / 60)
    made.work()
    made.later(AGAIN_SECONDS / 60)
    item.refresh_from_db()
    move_item(item, "closed", actor=WORKER, reason="ended", clock=made.clock)
    made.work()
    assert not is_outstanding(Notice.objects.get(retracts=None))


def test_of_a_held_item_it_is_taken_back_at_once_and_people_look_when_the_hold_ends(made: Rig) -> None:
    item = acted(made)
    send(made)
    item.refresh_from_db()
    until = made.clock.now() + timedelta(days=3)
    item = hold_item(item, actor=OFFICER, reason="police_first", until=until, clock=made.clock)
    entry_goes(made)
    assert state_of(item) == "held" and not is_outstanding(Notice.objects.get(retracts=None))
    release_item(item, actor=OFFICER, clock=made.clock)
    made.work()
    assert state_of(item) == "rated" and not Job.objects.filter(kind=ACT).exists()


def test_what_people_told_by_hand_waits_for_somebody_who_takes_it_back(made: Rig) -> None:
    item = acted(made)
    form = a_form(item.sightings.filter(how="fetched").get(), made.clock)
    entry_goes(made)
    assert [one.contact for one in take_backs()] == [form.contact]


def test_a_form_that_is_sent_after_the_entry_went_is_taken_back(made: Rig) -> None:
    item = acted(made)
    form = a_form(item.sightings.filter(how="fetched").get(), made.clock)
    FormNotice.objects.update(state="withdrawn")
    record_filled_late(form.public_id, "", actor=OFFICER, clock=made.clock)
    assert take_backs() == []
    FormNotice.objects.update(state="withdrawn")
    entry_goes(made)
    assert take_backs() == []
    record_filled_late(form.public_id, "", actor=OFFICER, clock=made.clock)
    assert len(take_backs()) == 1


def test_an_item_for_which_something_speaks_again_is_left_alone(made: Rig) -> None:
    item = acted(made)
    send(made)
    put(SETTLE, {"item": item.public_id, "wrong": True}, clock=made.clock)
    made.work()
    assert is_outstanding(Notice.objects.get())


def test_a_job_that_would_act_on_it_does_nothing_and_is_not_parked(made: Rig) -> None:
    item = acted(made)
    Item.objects.filter(pk=item.pk).update(state="matched")
    Notice.objects.all().delete()
    entry_goes(made)
    sighting = item.sightings.filter(how="fetched").get().public_id
    put(ACT, {"sighting": sighting}, key=f"{ACT}-{sighting}", clock=made.clock)
    assert made.work() == ["notify_item finished"]
    assert state_of(item) == "rated" and not Notice.objects.exists()
