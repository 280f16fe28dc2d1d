"""An authority's order: only where the law lets the house order, by a person, and due at its deadline."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.hotline.cases.rig import PLACE, state_of
from tests.hotline.takedown.abroad import found_house
from tests.hotline.takedown.actions.test_reminding import pass_days, sent
from tests.hotline.takedown.contacts.registered import DESK, Registered, registered
from tests.hotline.takedown.making import OFFICER, WORKER, a_clock, a_notice, acts
from tutela.hotline.takedown.actions import claim_sending, hand_on_order, retract_notice
from tutela.hotline.takedown.actions.queueing import order_of
from tutela.hotline.takedown.models import Notice
from tutela.kernel.clock import Clock
from tutela.kernel.egress.replaying import Recorded
from tutela.kernel.errors import Conflict, Invalid, Refused
from tutela.kernel.ids import new_id
from tutela.share.notices.contents import Order

pytestmark = pytest.mark.django_db


@pytest.fixture
def ordering(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A house whose law lets it hand on orders."""
    found_house(tmp_path / "house", monkeypatch, country="NL", orders=True)


def an_order(clock: Clock, days: float = 5) -> Order:
    return Order(
        authority="Court of Somewhere", legal_base="Act, 3", deadline=clock.now() + timedelta(days=days)
    )


@pytest.mark.usefixtures("ordering")
def test_a_notice_that_was_not_tried_yet_becomes_the_order() -> None:
    clock = a_clock()
    notice, order = a_notice(clock), an_order(clock)
    assert order_of(notice) is None
    made = hand_on_order(notice.public_id, order, actor=OFFICER, clock=clock)
    assert made == notice and order_of(Notice.objects.get()) == order
    assert acts(notice.public_id) == ["notice_queued", "order_handed_on"]
    attempt = claim_sending("one", lease_seconds=60, clock=clock)
    assert attempt is not None
    assert (attempt.terms.order_authority, attempt.terms.order_until) == (order.authority, order.deadline)


@pytest.mark.usefixtures("ordering")
def test_whoever_was_asked_is_ordered_in_a_new_letter_and_reminded_at_the_deadline() -> None:
    with registered() as made:
        item = sent(made)
        first = Notice.objects.get()
        pass_days(made, 1)
        assert state_of(item) == "watched"
        order = an_order(made.clock)
        second = hand_on_order(first.public_id, order, actor=OFFICER, clock=made.clock)
        assert (second.recipient.address, second.rung, second.reminder) == (DESK, "hoster", 0)
        pass_days(made, 3)
        assert kinds() == [("sent", None, 0), ("sent", order, 0)]
        pass_days(made, 4)
        assert kinds()[2:] == [("sent", order, 1)]
        pass_days(made, 3)
        assert kinds()[3:] == [("sent", order, 2)]


def kinds() -> list[tuple[str, Order | None, int]]:
    return [(row.state, order_of(row), row.reminder) for row in Notice.objects.order_by("pk")]


def test_a_house_that_may_only_ask_orders_nothing() -> None:
    clock = a_clock()
    notice = a_notice(clock)
    with pytest.raises(Refused, match="may ask and not order"):
        hand_on_order(notice.public_id, an_order(clock), actor=OFFICER, clock=clock)
    assert order_of(Notice.objects.get()) is None


@pytest.mark.usefixtures("ordering")
def test_a_machine_orders_nothing_and_nobody_orders_what_is_not_there() -> None:
    clock = a_clock()
    notice = a_notice(clock)
    with pytest.raises(Refused):
        hand_on_order(notice.public_id, an_order(clock), actor=WORKER, clock=clock)
    with pytest.raises(Refused):
        hand_on_order(new_id("ntc_"), an_order(clock), actor=OFFICER, clock=clock)


@pytest.mark.usefixtures("ordering")
@pytest.mark.parametrize("days", [-1, 0, 367], ids=str)
def test_a_deadline_lies_ahead_by_a_year_at_most(days: int) -> None:
    clock = a_clock()
    notice = a_notice(clock)
    with pytest.raises(Invalid) as caught:
        hand_on_order(notice.public_id, an_order(clock, days), actor=OFFICER, clock=clock)
    assert caught.value.field == "until" and order_of(Notice.objects.get()) is None


@pytest.mark.usefixtures("ordering")
def test_what_is_on_its_way_or_was_taken_back_orders_nothing() -> None:
    clock = a_clock()
    on_its_way, tried, untold, told = (a_notice(clock, address=f"abuse@{name}.test") for name in "abcd")
    Notice.objects.filter(pk=on_its_way.pk).update(state="sending")
    Notice.objects.filter(pk=tried.pk).update(attempts=1)
    Notice.objects.filter(pk=told.pk).update(state="sent")
    retract_notice(untold.public_id, actor=OFFICER, reason="person", clock=clock)
    letter = retract_notice(told.public_id, actor=OFFICER, reason="person", clock=clock)
    assert letter.retracts == told
    for one in (on_its_way, tried):
        with pytest.raises(Conflict, match="settle that first"):
            hand_on_order(one.public_id, an_order(clock), actor=OFFICER, clock=clock)
    for one in (untold, told, letter):
        with pytest.raises(Conflict, match="was taken back"):
            hand_on_order(one.public_id, an_order(clock), actor=OFFICER, clock=clock)
    assert not Notice.objects.exclude(order_authority="").exists()


@pytest.mark.usefixtures("ordering")
def test_of_what_is_gone_nothing_is_ordered() -> None:
    with registered() as made:
        item = sent(made)
        gone(made)
        assert state_of(item) == "removed"
        with pytest.raises(Refused):
            hand_on_order(
                Notice.objects.get().public_id, an_order(made.clock), actor=OFFICER, clock=made.clock
            )


def gone(made: Registered) -> None:
    made.show({PLACE: Recorded(status=404)})
    pass_days(made, 4)
