"""What was told by hand becomes hand work once its ground falls: taken back by a person, or said why not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.hotline.cases.actions.test_proving import a_known_page, settled
from tests.hotline.takedown.abroad import found_house, nobody_left
from tests.hotline.takedown.actions.test_filling import form_only
from tests.hotline.takedown.actions.test_ordering import an_order
from tests.hotline.takedown.contacts.registered import Registered, registered
from tests.hotline.takedown.making import OFFICER, WORKER, a_clock, a_form, a_notice, acts
from tests.hotline.takedown.test_permitting import votes
from tutela.hotline.cases.actions import move_item
from tutela.hotline.cases.models import Item
from tutela.hotline.people.quorum.deciding import Vote
from tutela.hotline.takedown.actions import hand_on_order, retract_notice, taking_back
from tutela.hotline.takedown.actions.filling import queue_form, record_form_filled
from tutela.hotline.takedown.actions.handing_over import record_not_needed
from tutela.hotline.takedown.actions.taking_back import (
    WHY_NOT,
    record_filled_late,
    record_second_look_by_hand,
    record_stays_told,
    record_taken_back,
    take_back_by_hand,
    take_back_form,
)
from tutela.hotline.takedown.contacts.models import Contact, FormNotice
from tutela.hotline.takedown.contacts.queries import forms, hand_overs_waiting
from tutela.hotline.takedown.contacts.taken_back import ordered_before, take_backs, told_before
from tutela.hotline.takedown.models import Notice
from tutela.hotline.takedown.queries import is_taken_back, is_to_tell, is_told, told_ways
from tutela.kernel.errors import Conflict, Invalid, Refused
from tutela.kernel.ids import new_id

pytestmark = pytest.mark.django_db


def filled(made: Registered) -> tuple[Item, FormNotice]:
    """An item whose host was told in its form."""
    item = form_only(made)
    form = FormNotice.objects.get()
    return item, record_form_filled(form.public_id, "H-1", actor=OFFICER, clock=made.clock)


def close(made: Registered, item: Item, reason: str) -> None:
    item.refresh_from_db()
    move_item(item, "closed", actor=WORKER, reason=reason, clock=made.clock)
    made.again()


@pytest.mark.parametrize("reason", ["withdrawn", "not_illegal"])
def test_a_form_that_was_wrong_waits_for_somebody_who_takes_it_back(reason: str) -> None:
    with registered() as made:
        item, form = filled(made)
        assert is_told(form.sighting) and not is_taken_back(form.sighting)
        close(made, item, reason)
        (back,) = take_backs()
        assert (back.contact, back.sighting, back.consequence) == (
            form.contact,
            form.sighting,
            "notice_retraction",
        )
        assert told_before(back) == [form] and forms() == []
        assert is_taken_back(form.sighting) and not is_told(form.sighting) and not is_to_tell(form.sighting)
        take_back_by_hand(item, actor=WORKER, clock=made.clock)
        assert take_backs() == [back]
        made.later(60)
        done = record_taken_back(back.public_id, " T-\u202e2 ", actor=OFFICER, clock=made.clock)
        assert (done.state, done.reference, done.done_by) == ("done", "T- 2", OFFICER.name)
        assert take_backs() == [] and told_before(done) == [form]
        take_back_by_hand(item, actor=WORKER, clock=made.clock)
        assert take_backs() == []
    assert acts(back.public_id) == ["take_back_queued", "take_back_done"]


@pytest.mark.parametrize("reason", ["handed_over", "ended", "out_of_scope", "duplicate"])
def test_what_was_not_wrong_stays_told(reason: str) -> None:
    with registered() as made:
        item, _ = filled(made)
        close(made, item, reason)
    assert take_backs() == []


def test_hand_overs_are_taken_back_each_of_its_own_and_those_that_wait_disappear() -> None:
    with nobody_left() as made:
        item = made.found()
        hotline, engine = FormNotice.objects.order_by("pk")
        record_form_filled(engine.public_id, "", actor=OFFICER, clock=made.clock)
        close(made, item, "withdrawn")
        hotline.refresh_from_db()
        assert hotline.state == "withdrawn"
        assert [one.contact for one in take_backs()] == [engine.contact]
        assert hand_overs_waiting() == []


def test_somebody_says_why_it_need_not_be_taken_back() -> None:
    with registered() as made:
        item, _ = filled(made)
        close(made, item, "withdrawn")
        (back,) = take_backs()
        with pytest.raises(Invalid):
            record_stays_told(back.public_id, "", actor=OFFICER, clock=made.clock)
        with pytest.raises(Refused):
            record_stays_told(back.public_id, WHY_NOT[0], actor=WORKER, clock=made.clock)
        stays = record_stays_told(back.public_id, "never_acted", actor=OFFICER, clock=made.clock)
        assert (stays.state, stays.reference, stays.done_by) == ("not_needed", "never_acted", OFFICER.name)
        with pytest.raises(Conflict):
            record_taken_back(back.public_id, "", actor=OFFICER, clock=made.clock)
    assert take_backs() == [] and acts(back.public_id)[-1] == "take_back_not_needed"


def test_a_person_alone_takes_back_and_no_form_is_mistaken_for_it() -> None:
    with registered() as made:
        item, form = filled(made)
        with pytest.raises(Refused):
            record_taken_back(form.public_id, "", actor=OFFICER, clock=made.clock)
        close(made, item, "withdrawn")
        (back,) = take_backs()
        for name, actor in ((back.public_id, WORKER), (new_id("frm_"), OFFICER)):
            with pytest.raises(Refused):
                record_taken_back(name, "", actor=actor, clock=made.clock)
        for act in (record_form_filled, record_filled_late):
            with pytest.raises(Refused):
                act(back.public_id, "", actor=OFFICER, clock=made.clock)
        with pytest.raises(Refused):
            record_not_needed(back.public_id, actor=OFFICER, clock=made.clock)
        item.refresh_from_db()
        back.sighting.item = item
        with pytest.raises(Refused, match="being taken back"):
            queue_form(back.sighting, back.contact, actor=WORKER, clock=made.clock)


def test_a_form_that_was_sent_just_before_it_was_withdrawn_is_taken_back_too() -> None:
    with registered() as made:
        item = form_only(made)
        form = FormNotice.objects.get()
        with pytest.raises(Conflict):
            record_filled_late(form.public_id, "", actor=OFFICER, clock=made.clock)
        close(made, item, "withdrawn")
        assert take_backs() == []
        with pytest.raises(Conflict):
            record_form_filled(form.public_id, "", actor=OFFICER, clock=made.clock)
        late = record_filled_late(form.public_id, "H-1", actor=OFFICER, clock=made.clock)
        (back,) = take_backs()
        assert told_before(back) == [late]


def test_what_was_sent_late_though_it_was_right_is_not_taken_back() -> None:
    with registered() as made:
        item = form_only(made)
        close(made, item, "handed_over")
        record_filled_late(FormNotice.objects.get().public_id, "", actor=OFFICER, clock=made.clock)
    assert take_backs() == []


def test_a_later_one_takes_back_what_was_told_since() -> None:
    with registered() as made:
        item, form = filled(made)
        close(made, item, "withdrawn")
        (first,) = take_backs()
        made.later(1)
        record_taken_back(first.public_id, "", actor=OFFICER, clock=made.clock)
        made.later(1)
        late = FormNotice.objects.create(
            sighting=form.sighting, contact=form.contact, consequence="notice_known", state="withdrawn",
            queued_at=made.clock.now(), moved_at=made.clock.now(),
        )  # fmt: skip
        record_filled_late(late.public_id, "", actor=OFFICER, clock=made.clock)
        (second,) = take_backs()
        assert told_before(second) == [late]
        made.later(1)
        record_taken_back(second.public_id, "", actor=OFFICER, clock=made.clock)
        first.refresh_from_db()
        assert told_before(first) == [form]


def test_a_person_says_that_one_was_wrong_and_no_machine_tells_there_again() -> None:
    with registered() as made:
        _, form = filled(made)
        with pytest.raises(Refused):
            take_back_form(form.public_id, actor=WORKER, clock=made.clock)
        back = take_back_form(form.public_id, actor=OFFICER, clock=made.clock)
        assert take_backs() == [back] and not is_to_tell(form.sighting)
        assert told_ways(form.sighting) == (frozenset(["hoster"]), frozenset([form.contact.address]))
        with pytest.raises(Conflict):
            take_back_form(form.public_id, actor=OFFICER, clock=made.clock)


def test_the_form_that_waits_for_the_same_host_waits_no_longer() -> None:
    with registered() as made:
        _, form = filled(made)
        again = FormNotice.objects.create(
            sighting=form.sighting, contact=form.contact, consequence="notice_known", state="waiting",
            queued_at=made.clock.now(), moved_at=made.clock.now(),
        )  # fmt: skip
        back = take_back_form(form.public_id, actor=OFFICER, clock=made.clock)
        again.refresh_from_db()
        assert again.state == "withdrawn" and take_backs() == [back]


def doubts(made: Registered) -> list[Vote]:
    """The votes on an item of which somebody else says that it is nothing."""
    (first,) = votes(1)
    return [first, replace(first, person="usr_other", key="other", agrees=False, at=made.clock.now())]


def test_what_waits_is_withdrawn_by_a_second_look_and_taken_back_where_it_was_sent_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with registered() as made:
        item = form_only(made)
        FormNotice.objects.update(consequence="notice_unknown")
        said = doubts(made)
        monkeypatch.setattr(taking_back, "votes_on", lambda _: said)
        assert record_second_look_by_hand(item, said, actor=WORKER, clock=made.clock)
        form = FormNotice.objects.get()
        assert form.state == "withdrawn"
        late = record_filled_late(form.public_id, "", actor=OFFICER, clock=made.clock)
        (back,) = take_backs()
        assert told_before(back) == [late]


def test_what_was_sent_late_about_a_held_page_for_which_nothing_speaks_is_taken_back() -> None:
    clock = a_clock()
    page, (picture,) = a_known_page("acted")
    settled(page)
    form = a_form(page.sightings.get(), clock)
    Item.objects.filter(pk=page.pk).update(state="held", held_from="acted")
    for reason, expected in (("handed_over", 0), ("withdrawn", 1)):
        Item.objects.filter(pk=picture.pk).update(state="closed", state_reason=reason)
        FormNotice.objects.filter(pk=form.pk).update(state="withdrawn")
        record_filled_late(form.public_id, "", actor=OFFICER, clock=clock)
        assert len(take_backs()) == expected


def test_a_second_look_that_says_no_takes_back_what_was_told_by_hand() -> None:
    with registered() as made:
        item, _ = filled(made)
        first, doubt = doubts(made)
        FormNotice.objects.update(consequence="notice_unknown")
        said = {"actor": WORKER, "clock": made.clock}
        assert not record_second_look_by_hand(item, [first], **said) and take_backs() == []  # type: ignore[arg-type]
        assert record_second_look_by_hand(item, [first, doubt], **said)  # type: ignore[arg-type]
        assert len(take_backs()) == 1
        assert not record_second_look_by_hand(item, [first, doubt], **said)  # type: ignore[arg-type]


def test_an_authority_hears_by_hand_that_its_order_was_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found_house(tmp_path / "house", monkeypatch, country="NL", orders=True)
    clock = a_clock()
    order = an_order(clock)
    for state, expected in (("queued", 0), ("sent", 1), ("in_doubt", 2)):
        notice = a_notice(clock)
        hand_on_order(notice.public_id, order, actor=OFFICER, clock=clock)
        Notice.objects.filter(pk=notice.pk).update(state=state)
        retract_notice(notice.public_id, actor=WORKER, reason="item_closed", clock=clock)
        backs = take_backs()
        assert len(backs) == expected
        if backs:
            assert (backs[-1].contact.rung, backs[-1].contact.organisation) == ("authority", order.authority)
            assert ordered_before(backs[-1]) == [notice] and told_before(backs[-1]) == []
    contact = Contact.objects.get(rung="authority")
    assert acts(contact.public_id) == ["contact_proposed"]
    asked = a_notice(clock)
    Notice.objects.filter(pk=asked.pk).update(state="sent")
    retract_notice(asked.public_id, actor=WORKER, reason="person", clock=clock)
    assert len(take_backs()) == 2


def test_a_row_tells_an_authority_of_what_was_taken_back_in_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found_house(tmp_path / "house", monkeypatch, country="NL", orders=True)
    clock = a_clock()
    other, stands, *wrong = (a_notice(clock, address=f"abuse{number}@host.test") for number in range(4))
    for one in (other, stands, *wrong):
        hand_on_order(one.public_id, an_order(clock), actor=OFFICER, clock=clock)
    Notice.objects.update(state="sent", sighting=other.sighting)
    Notice.objects.filter(pk=other.pk).update(order_authority="Another court")
    retract_notice(other.public_id, actor=WORKER, reason="person", clock=clock)
    for one in wrong:
        clock.advance(1)
        retract_notice(one.public_id, actor=WORKER, reason="person", clock=clock)
        others, back = take_backs()
        assert (ordered_before(others), ordered_before(back)) == ([other], [one])
        clock.advance(1)
        record_taken_back(back.public_id, "", actor=OFFICER, clock=clock)
    assert ordered_before(FormNotice.objects.filter(state="done").earliest("pk")) == wrong[:1]
