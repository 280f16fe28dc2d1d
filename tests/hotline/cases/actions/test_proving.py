"""A page on which nothing stands but what an approved list knows is told about; no other is."""

from __future__ import annotations

import pytest

from tests.hotline.cases.making import WORKER, a_sighting, a_verdict
from tests.hotline.review.making import a_clock, a_page, matched
from tutela.hotline.cases.actions import move_item
from tutela.hotline.cases.actions.pages import settle_page
from tutela.hotline.cases.evidence import consequence_of, legal_class_of
from tutela.hotline.cases.job_kinds import ACT, SETTLE, SETTLE_PAGE
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.cases.moved_places import BY_REDIRECT
from tutela.hotline.cases.page_proof import SHOWN_FORM
from tutela.hotline.review.queries import waiting
from tutela.hotline.work.handlers import URGENT
from tutela.hotline.work.models import Job

pytestmark = pytest.mark.django_db
CLOCK = a_clock()


def a_known_page(*states: str, found_as: str = "picture") -> tuple[Item, list[Item]]:
    """A page that shows what an approved list knows, as many as there are states, all fetched."""
    page, pictures = a_page(CLOCK, len(states))
    Item.objects.filter(pk=page.pk).update(state="fingerprinted")
    Sighting.objects.filter(item=page).update(how="fetched", sha256="c" * 64)
    seen = page.sightings.get()
    for one, state in zip(pictures, states, strict=True):
        matched(one, confirmed="sha256")
        Item.objects.filter(pk=one.pk).update(state=state)
        Sighting.objects.filter(item=one).update(found_on=seen, found_as=found_as)
    page.refresh_from_db()
    return page, pictures


def settled(page: Item) -> Item:
    return settle_page(page, actor=WORKER, clock=CLOCK)


def told_of(page: Item) -> bool:
    return Job.objects.filter(kind=ACT, arguments={"sighting": page.sightings.get().public_id}).exists()


@pytest.mark.parametrize("states", [("matched",), ("acted", "removed"), ("watched", "unfetchable", "closed")])
def test_a_page_that_shows_nothing_but_known_things_is_proven_and_told_about(states: tuple[str, ...]) -> None:
    page, _ = a_known_page(*states)
    assert settled(page).state == "matched" and told_of(page)
    assert (consequence_of(page), legal_class_of(page)) == ("notice_known", "csam")
    assert page.fingerprints.get().form == SHOWN_FORM
    page.refresh_from_db()
    assert move_item(page, "acted", actor=WORKER, reason="list_matched", clock=CLOCK).state == "acted"


@pytest.mark.parametrize("state", ["unmatched", "rated", "in_review", "verdict", "matched"])
def test_what_waits_for_a_person_keeps_its_page_waiting_with_it(state: str) -> None:
    page, pictures = a_known_page("acted", state)
    pictures[1].matches.all().delete()
    assert settled(page).state == "matched" and not told_of(page)
    Item.objects.filter(pk=pictures[1].pk).update(state="acted")
    assert settled(page).state == "matched" and told_of(page)


@pytest.mark.parametrize(
    "later", [{"found_as": BY_REDIRECT, "sha256": "d" * 64}, {"sha256": ""}], ids=range(2)
)
def test_the_place_that_is_told_about_is_where_the_page_itself_was_read(later: dict[str, str]) -> None:
    page, _ = a_known_page("acted")
    own = page.sightings.get()
    Sighting.objects.filter(pk=a_sighting(page).pk).update(**later)
    settled(page)
    assert Job.objects.get(kind=ACT).arguments == {"sighting": own.public_id}


@pytest.mark.parametrize("found_as", ["link", "frame", ""])
def test_a_page_that_only_leads_to_known_things_is_not_proven(found_as: str) -> None:
    page, _ = a_known_page("acted", found_as=found_as)
    assert settled(page).state == "closed" and not told_of(page)


def test_it_is_closed_with_a_reason_of_its_own_once_all_that_it_leads_to_is_acted_on() -> None:
    page, pictures = a_known_page("matched", "acted", found_as="link")
    assert settled(page).state == "matched"
    Item.objects.filter(pk=pictures[0].pk).update(state="watched")
    closed = settled(page)
    assert (closed.state, closed.state_reason) == ("closed", "leads_only")
    assert settled(page).version == closed.version


@pytest.mark.parametrize(
    ("state", "reason", "closes"),
    [
        ("removed", "", True),
        ("closed", "ended", True),
        ("closed", "handed_over", True),
        ("closed", "withdrawn", False),
        ("closed", "not_illegal", False),
        ("closed", "duplicate", False),
        ("unfetchable", "", False),
        ("verdict", "", False),
        ("held", "", False),
        ("rated", "", False),
    ],
)
def test_a_page_that_leads_to_nothing_that_is_acted_on_is_not_closed(
    state: str, reason: str, *, closes: bool
) -> None:
    page, (picture,) = a_known_page("acted", found_as="link")
    Item.objects.filter(pk=picture.pk).update(state=state, state_reason=reason, held_from="acted")
    assert (settled(page).state == "closed") is closes


def test_a_page_that_shows_what_people_judged_is_not_closed_for_what_it_leads_to() -> None:
    page, pictures = a_known_page("acted", "acted", found_as="link")
    Sighting.objects.filter(item=pictures[1]).update(found_as="picture")
    pictures[1].matches.all().delete()
    assert settled(page).state == "matched"
    Item.objects.filter(pk=pictures[1].pk).update(state="closed", state_reason="not_illegal")
    assert settled(page).state == "closed"


def test_what_another_page_shows_is_no_matter_of_a_page_that_leads_there() -> None:
    page, (picture,) = a_known_page("acted", found_as="link")
    other = a_sighting(a_known_page("acted")[0])
    Sighting.objects.filter(pk=a_sighting(picture).pk).update(found_on=other, found_as="picture")
    assert settled(page).state == "closed"


def test_a_page_that_a_list_may_know_or_that_people_judged_waits_for_them() -> None:
    page, _ = a_known_page("acted", found_as="link")
    matched(page)
    assert settled(page).state == "matched"
    page.matches.all().delete()
    Item.objects.filter(pk=page.pk).update(state="in_review")
    page.refresh_from_db()
    a_verdict(page)
    Item.objects.filter(pk=page.pk).update(state="matched")
    assert settled(page).state == "matched"


def test_a_page_that_people_have_before_them_is_theirs() -> None:
    page, _ = a_known_page("acted", found_as="link")
    Item.objects.filter(pk=page.pk).update(state="in_review")
    assert settled(page).state == "in_review"


@pytest.mark.parametrize("change", [{"approved": False}, {"confirmed": "second_hash"}, {"confirmed": ""}])
def test_what_no_approved_list_knows_byte_for_byte_proves_no_page(
    change: dict[str, object],
) -> None:
    page, (picture,) = a_known_page("acted")
    picture.matches.update(**change)
    assert settled(page).state == "matched" and not told_of(page) and not page.matches.exists()


def test_what_proved_it_and_was_closed_since_proves_nothing() -> None:
    page, _ = a_known_page("acted", "closed")
    Item.objects.filter(state="acted").update(state="closed")
    assert not told_of(settled(page))


def test_what_is_held_keeps_its_page_waiting_too() -> None:
    page, pictures = a_known_page("acted", "matched")
    move_item(Item.objects.get(pk=pictures[1].pk), "held", actor=WORKER, reason="police_first", clock=CLOCK)
    assert not told_of(settled(page))


def test_it_is_settled_again_when_the_last_thing_on_it_is_judged() -> None:
    page, pictures = a_known_page("acted", "unmatched")
    pictures[1].matches.all().delete()
    settled(page)
    Job.objects.all().delete()
    pictures[1].refresh_from_db()
    move_item(pictures[1], "closed", actor=WORKER, reason="not_illegal", clock=CLOCK)
    assert Job.objects.get(kind=SETTLE_PAGE).arguments == {"item": page.public_id}
    page.refresh_from_db()
    assert told_of(settled(page))


def test_nobody_is_asked_to_look_at_it() -> None:
    page, _ = a_known_page("acted")
    settled(page)
    assert not waiting(CLOCK.now()).exists()
    settled(page)
    assert page.matches.count() == 1 and Job.objects.filter(kind=ACT).count() == 1


@pytest.mark.parametrize(
    ("before", "reason", "after"),
    [("acted", "withdrawn", "closed"), ("watched", "not_illegal", "closed"), ("acted", "ended", "acted")],
)
def test_a_page_is_closed_once_what_proved_it_was_found_wrong(before: str, reason: str, after: str) -> None:
    page, (picture,) = a_known_page("acted")
    settled(page)
    Item.objects.filter(pk=page.pk).update(state=before)
    Item.objects.filter(pk=picture.pk).update(state="closed", state_reason=reason)
    found = settled(page)
    assert found.state == after and (found.state_reason == "withdrawn") is (after == "closed")
    assert Job.objects.filter(kind=SETTLE).count() == (after == "closed")


def test_of_a_held_page_what_was_said_is_taken_back_at_once_and_it_stays_held() -> None:
    page, (picture,) = a_known_page("acted")
    settled(page)
    Item.objects.filter(pk=page.pk).update(state="held", held_from="acted")
    assert settled(page).state == "held" and not Job.objects.filter(kind=SETTLE).exists()
    Item.objects.filter(pk=picture.pk).update(state="closed", state_reason="withdrawn")
    assert settled(page).state == settled(page).state == "held"
    job = Job.objects.get(kind=SETTLE)
    assert (job.arguments, job.priority) == ({"item": page.public_id, "wrong": True}, URGENT)
