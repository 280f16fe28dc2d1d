from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hotline.takedown.making import (
    OFFICER,
    URL,
    WORKER,
    a_clock,
    a_notice,
    a_recipient,
    a_sighting,
    message_id_of,
)
from tutela.hotline.cases.actions import open_item
from tutela.hotline.cases.models import Item, Membership, Series, Sighting
from tutela.hotline.ledger.actors import PUBLIC
from tutela.hotline.takedown.actions import claim_sending, record_answer, retract_notice
from tutela.hotline.takedown.actions import gathering as module
from tutela.hotline.takedown.actions.gathering import TOO_LARGE
from tutela.hotline.takedown.attempts import Attempt
from tutela.hotline.takedown.models import Letter, Notice, Recipient
from tutela.kernel.clock import FixedClock
from tutela.kernel.egress.answers import Answer

pytestmark = pytest.mark.django_db
BUSY = Answer(result="temporary", stage="recipient", code=450)


def claimed(clock: FixedClock) -> Attempt:
    attempt = claim_sending("one", lease_seconds=60, clock=clock)
    assert attempt is not None
    return attempt


def ids(attempt: Attempt) -> list[str]:
    return [carried.notice for carried in attempt.notices]


def again(attempt: Attempt, clock: FixedClock) -> None:
    """The server is busy, and the time of the next try has come."""
    record_answer(attempt, BUSY, clock=clock)
    clock.advance(800)
    Notice.objects.update(seen_at=clock.now())


def test_what_goes_to_one_recipient_on_one_ground_goes_in_one_letter() -> None:
    clock = a_clock()
    made = [a_notice(clock) for _ in range(3)]
    other = a_notice(clock, address="abuse@other.test")
    attempt = claimed(clock)
    assert ids(attempt) == [notice.public_id for notice in made]
    assert ids(claimed(clock)) == [other.public_id]
    assert Letter.objects.count() == 2 and {message_id_of(one) for one in made} == {attempt.message_id}
    assert Letter.objects.get(public_id=attempt.letter).size == 3


@pytest.mark.parametrize(
    "other",
    [
        {"consequence": "notice_unknown"},
        {"priority": 0},
        {"legal_class": "exploitative"},
        {"rung": "registrar"},
        {"is_proxy": True},
        {"reminder": 1},
        {"order_authority": "A court"},
    ],
    ids=lambda value: next(iter(value)),
)
def test_what_asks_something_else_goes_in_another_letter(other: dict[str, object]) -> None:
    clock = a_clock()
    first, second = a_notice(clock), a_notice(clock)
    Notice.objects.filter(pk=second.pk).update(**other)
    assert {tuple(ids(claimed(clock))), tuple(ids(claimed(clock)))} == {
        (first.public_id,),
        (second.public_id,),
    }


def test_what_takes_a_notice_back_goes_alone() -> None:
    clock = a_clock()
    sent = [a_notice(clock), a_notice(clock)]
    record_answer(claimed(clock), Answer(result="accepted", stage="end", code=250), clock=clock)
    made = [retract_notice(one.public_id, actor=OFFICER, reason="person", clock=clock) for one in sent]
    assert [ids(claimed(clock)), ids(claimed(clock))] == [[one.public_id] for one in made]


def test_a_letter_is_tried_again_as_it_was_and_takes_nothing_new_along() -> None:
    clock = a_clock()
    made = [a_notice(clock), a_notice(clock)]
    first = claimed(clock)
    again(first, clock)
    late = a_notice(clock)
    second = claimed(clock)
    assert (second.letter, second.message_id, second.number) == (first.letter, first.message_id, 2)
    assert ids(second) == [one.public_id for one in made] and ids(claimed(clock)) == [late.public_id]


@pytest.mark.parametrize("why", ["withdrawn", "held", "stale"])
def test_what_remains_of_a_letter_is_another_one(why: str) -> None:
    clock = a_clock()
    gone, *rest = [a_notice(clock) for _ in range(3)]
    first = claimed(clock)
    again(first, clock)
    if why == "withdrawn":
        retract_notice(gone.public_id, actor=OFFICER, reason="person", clock=clock)
    elif why == "held":
        Item.objects.filter(sightings__notices=gone).update(state="held", held_from="acted")
    else:
        Notice.objects.filter(pk=gone.pk).update(seen_at=clock.now() - timedelta(hours=1))
    second = claimed(clock)
    assert second.message_id != first.message_id and ids(second) == [one.public_id for one in rest]
    assert message_id_of(gone) == first.message_id
    if why != "withdrawn":
        Item.objects.update(state="acted", held_from="")
        Notice.objects.update(seen_at=clock.now())
        alone = claimed(clock)
        assert ids(alone) == [gone.public_id] and alone.message_id not in {
            first.message_id,
            second.message_id,
        }


def test_a_letter_names_no_more_places_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SIGHTINGS_MAX", 2)
    clock = a_clock()
    for _ in range(5):
        a_notice(clock)
    assert [len(claimed(clock).notices) for _ in range(3)] == [2, 2, 1]


def test_long_addresses_fill_a_letter_sooner() -> None:
    clock = a_clock()
    for _ in range(4):
        a_notice(clock)
    Sighting.objects.update(url_sealed=b"s" * 120_000)
    assert len(claimed(clock).notices) == 2
    Sighting.objects.update(url_sealed=b"s" * 1_200_000)
    assert len(claimed(clock).notices) == 1


def test_a_letter_that_was_too_large_is_tried_with_half_of_its_places() -> None:
    clock = a_clock()
    for _ in range(5):
        a_notice(clock)
    large = Answer(result="temporary", stage="preparing", code=TOO_LARGE)
    record_answer(claimed(clock), large, at_once=True, clock=clock)
    assert [len(claimed(clock).notices) for _ in range(3)] == [2, 2, 1]


def test_notices_of_one_place_to_two_recipients_are_two_letters() -> None:
    from tutela.hotline.takedown.actions import queue_notice

    clock = a_clock()
    place = a_sighting(clock)
    for address in ("abuse@host.test", "abuse@carrier.test"):
        queue_notice(place, a_recipient(clock, address), actor=WORKER, clock=clock)
    assert claimed(clock).address == "abuse@host.test" and claimed(clock).address == "abuse@carrier.test"
    assert URL.encode() not in place.url_sealed


def series_of(*items: Item) -> None:
    """The items stood on one page."""
    series = Series.objects.create(kind="page", made_at=a_clock().now())
    Membership.objects.bulk_create([Membership(item=item, series=series) for item in items])


def waiting(clock: FixedClock) -> Attempt | None:
    return claim_sending("one", lease_seconds=60, gather_seconds=3, clock=clock)


def test_an_ordinary_notice_waits_a_few_seconds_for_others_and_an_urgent_one_for_nobody() -> None:
    clock = a_clock()
    first = a_notice(clock)
    clock.advance(2)
    assert waiting(clock) is None
    second, urgent = a_notice(clock), a_notice(clock, urgent=True)
    hasty = waiting(clock)
    assert hasty is not None and ids(hasty) == [urgent.public_id]
    clock.advance(2)
    assert waiting(clock) is not None and Notice.objects.get(pk=second.pk).state == "queued"
    assert Notice.objects.get(pk=first.pk).state == "sending"


def test_what_stood_on_a_page_waits_until_the_page_is_read_but_not_for_ever() -> None:
    clock = a_clock()
    notice = a_notice(clock)
    unread = open_item("picture", source="report", actor=PUBLIC, clock=clock)
    series_of(notice.sighting.item, unread)
    clock.advance(60)
    assert waiting(clock) is None
    Item.objects.filter(pk=unread.pk).update(state="unmatched")
    assert waiting(clock) is not None


def test_a_page_that_is_read_for_ever_keeps_nothing_back() -> None:
    clock = a_clock()
    notice = a_notice(clock)
    unread = open_item("picture", source="report", actor=PUBLIC, clock=clock)
    series_of(notice.sighting.item, unread)
    clock.advance(601)
    assert waiting(clock) is not None and Notice.objects.get().state == "sending"


def test_a_clock_set_back_leaves_no_notice_gathering_for_years() -> None:
    clock = a_clock()
    a_notice(clock)
    Notice.objects.update(queued_at=clock.now() + timedelta(days=3_650))
    assert waiting(clock) is not None


def test_a_notice_that_was_tried_waits_for_nobody() -> None:
    clock = a_clock()
    a_notice(clock)
    again(claimed(clock), clock)
    Notice.objects.update(queued_at=clock.now())
    assert waiting(clock) is not None


def test_a_letter_is_in_the_language_that_its_recipient_asked_for_or_its_country_speaks() -> None:
    clock = a_clock()
    recipient = a_notice(clock).recipient
    for country, languages, expected in (("DE", "", "de"), ("DE", "xx,fr", "fr"), ("", "", "en")):
        Recipient.objects.filter(pk=recipient.pk).update(country=country, languages=languages)
        attempt = claimed(clock)
        assert attempt.language == expected == Letter.objects.get(public_id=attempt.letter).language
        a_notice(clock)
