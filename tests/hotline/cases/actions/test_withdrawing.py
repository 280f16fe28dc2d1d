"""What follows where an entry is gone: nothing stands on it, and what stands otherwise stays."""

from __future__ import annotations

from typing import Any

import pytest

from tests.hotline.cases.actions.test_proving import a_known_page, settled
from tests.hotline.cases.known import a_known_item, met, proofs_of
from tests.hotline.cases.making import CLOCK, WORKER, a_verdict, acts
from tutela.hotline.cases.actions import Met
from tutela.hotline.cases.actions.withdrawing import let_fall, withdraw_matches
from tutela.hotline.cases.grounds import grounds
from tutela.hotline.cases.job_kinds import SETTLE, SETTLE_PAGE
from tutela.hotline.cases.models import Item, Series
from tutela.hotline.ledger.queries import entries_about
from tutela.hotline.review.queries import waiting
from tutela.hotline.work.handlers import URGENT
from tutela.hotline.work.models import Job

pytestmark = pytest.mark.django_db


def withdrawn(
    item: Item, known_by: dict[int, tuple[Met, ...]] | None = None, *, entry: str = "ent_1"
) -> bool:
    gone = list(grounds().filter(item=item, entry=entry).values_list("pk", flat=True))
    found = withdraw_matches(item, gone, known_by or {}, actor=WORKER, clock=CLOCK)
    item.refresh_from_db()
    return found


def told_back(item: Item) -> list[Job]:
    return list(Job.objects.filter(kind=SETTLE, arguments={"item": item.public_id, "wrong": True}))


def noted(item: Item) -> dict[str, Any]:
    (entry,) = [one for one in entries_about(item.public_id, 100) if one.act == "match_withdrawn"]
    return dict(entry.facts)


@pytest.mark.parametrize("state", ["matched", "acted", "watched", "reappeared"])
def test_an_item_that_rested_on_it_alone_goes_to_people_and_what_was_said_is_taken_back(state: str) -> None:
    item = a_known_item(state=state)
    assert withdrawn(item)
    assert (item.state, proofs_of(item)) == ("rated", 0)
    (job,) = told_back(item)
    assert job.priority == URGENT
    assert noted(item) == {"matches": 2, "known": False, "judged": False}
    assert list(waiting(CLOCK.now())) == [item]


@pytest.mark.parametrize(
    ("state", "after", "reason"),
    [("removed", "closed", "withdrawn"), ("closed", "closed", "ended"), ("held", "held", "ended")],
)
def test_what_is_gone_is_closed_and_what_is_closed_or_held_stays_so(
    state: str, after: str, reason: str
) -> None:
    item = a_known_item(state=state, state_reason="ended", held_from="acted")
    assert withdrawn(item)
    assert (item.state, item.state_reason) == (after, reason) and told_back(item)


@pytest.mark.parametrize("state", ["in_review", "rated"])
def test_what_people_have_before_them_stays_there(state: str) -> None:
    item = a_known_item(state=state)
    assert withdrawn(item) and item.state == state and told_back(item)


def test_an_item_that_another_entry_proves_stays_and_the_ledger_says_so() -> None:
    item = a_known_item()
    met(item, 2, list_id="another")
    assert withdrawn(item)
    assert (item.state, proofs_of(item)) == ("acted", 2) and not told_back(item)
    assert noted(item) == {"matches": 2, "known": True, "judged": False}
    assert withdrawn(item, entry="ent_2") and item.state == "rated" and told_back(item)


def test_an_item_that_people_judged_illegal_stays_and_the_ledger_says_so() -> None:
    item = a_known_item(state="in_review")
    a_verdict(item)
    Item.objects.filter(pk=item.pk).update(state="watched")
    assert withdrawn(item)
    assert item.state == "watched" and proofs_of(item) == 0 and not told_back(item)
    assert noted(item) == {"matches": 2, "known": False, "judged": True}


def test_an_item_that_another_list_knows_by_now_stays_and_that_is_its_ground() -> None:
    item = a_known_item()
    fingerprint = item.fingerprints.get(kind="sha256")
    said = Met(
        list_id="another", list_version="7", entry="e", status="known", confirmed="sha256", approved=True,
        reason="list_matched", legal_class="csam",
    )  # fmt: skip
    assert withdrawn(item, {fingerprint.pk: (said,)})
    assert item.state == "acted" and proofs_of(item) == 1 and not told_back(item)
    assert item.matches.get(list_id="another").fingerprint == fingerprint
    assert noted(item)["known"] is True


def test_a_list_that_takes_it_in_again_proves_it_again() -> None:
    item = a_known_item()
    met(item, 2, list_id="another")
    assert withdrawn(item)
    own = item.matches.get(list_id="own", fingerprint__kind="sha256")
    said = Met(
        list_id="own", list_version="1", entry="ent_1", status="known", confirmed="sha256", approved=True,
        reason="list_matched", legal_class="csam",
    )  # fmt: skip
    assert withdrawn(item, {own.fingerprint_id: (said,)}, entry="ent_2")
    assert item.state == "acted" and proofs_of(item) == 1


def test_a_second_time_nothing_is_done() -> None:
    item = a_known_item()
    gone = list(grounds().filter(item=item).values_list("pk", flat=True))
    assert withdraw_matches(item, gone, {}, actor=WORKER, clock=CLOCK)
    item.refresh_from_db()
    before = (item.version, acts())
    assert not withdraw_matches(item, gone, {}, actor=WORKER, clock=CLOCK)
    item.refresh_from_db()
    assert (item.version, acts()) == before and Job.objects.filter(kind=SETTLE).count() == 1


def test_matches_of_another_item_are_left_alone() -> None:
    item, other = a_known_item(1), a_known_item(2)
    gone = list(grounds().values_list("pk", flat=True))
    assert withdraw_matches(item, gone, {}, actor=WORKER, clock=CLOCK)
    assert proofs_of(item) == 0 and proofs_of(other) == 2


def test_the_pages_that_show_it_follow_at_once() -> None:
    page, (picture,) = a_known_page("acted")
    picture.matches.all().delete()
    met(picture, 1)
    page = settled(page)
    Item.objects.filter(pk=page.pk).update(state="acted")
    Job.objects.all().delete()
    picture.refresh_from_db()
    assert withdrawn(picture)
    job = Job.objects.get(kind=SETTLE_PAGE)
    assert (job.arguments, job.due, job.priority) == ({"item": page.public_id}, CLOCK.now(), URGENT)
    page.refresh_from_db()
    after = settled(page)
    assert (after.state, after.state_reason) == ("closed", "withdrawn")


def test_a_page_that_a_list_knew_itself_looks_at_what_it_shows() -> None:
    page = a_known_item()
    Series.objects.create(kind="page", page=page, made_at=CLOCK.now())
    assert withdrawn(page)
    assert Job.objects.get(kind=SETTLE_PAGE).arguments == {"item": page.public_id}


def test_what_stood_on_a_page_with_it_is_no_business_of_its() -> None:
    _, (picture, other) = a_known_page("acted", "acted")
    picture.matches.all().delete()
    met(picture, 1)
    picture.refresh_from_db()
    assert withdrawn(picture)
    other.refresh_from_db()
    assert other.state == "acted" and proofs_of(other) == 1


def test_a_page_whose_own_entry_went_after_that_of_what_it_shows_falls_too() -> None:
    page, (picture,) = a_known_page("acted")
    picture.matches.all().delete()
    met(picture, 1)
    page = settled(page)
    met(page, 2, form="inline0")
    Item.objects.filter(pk=page.pk).update(state="acted")
    picture.refresh_from_db()
    page.refresh_from_db()
    assert withdrawn(picture) and settled(page).state == "acted"
    assert withdrawn(page, entry="ent_2")
    after = settled(page)
    assert (after.state, after.state_reason) == ("closed", "withdrawn")


@pytest.mark.parametrize("state", ["acted", "removed", "matched"])
def test_nothing_falls_that_something_speaks_for(state: str) -> None:
    item = a_known_item(state=state)
    assert let_fall(item, actor=WORKER, clock=CLOCK).state == state
