from __future__ import annotations

import pytest

from tests.hotline.cases.actions.test_proving import a_known_page, settled
from tests.hotline.cases.making import a_verdict
from tests.hotline.review.making import a_clock
from tutela.hotline.cases.models import Item
from tutela.hotline.cases.page_proof import has_ground, is_emptied, rests_on_shown

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("states", "emptied"),
    [
        (("acted", "removed"), False),
        (("removed", "reappeared"), False),
        (("removed", "removed"), True),
        (("removed", "closed"), True),
        (("closed",), True),
    ],
)
def test_a_page_is_emptied_once_all_that_proved_it_is_gone(states: tuple[str, ...], emptied: bool) -> None:
    page, pictures = a_known_page(*("acted" for _ in states))
    settled(page)
    assert not is_emptied(page)
    for one, state in zip(pictures, states, strict=True):
        Item.objects.filter(pk=one.pk).update(state=state)
    assert is_emptied(page) is emptied


@pytest.mark.parametrize(
    ("state", "reason", "grounds"),
    [
        ("removed", "look_missed", True),
        ("closed", "ended", True),
        ("closed", "handed_over", True),
        ("closed", "withdrawn", False),
        ("closed", "not_illegal", False),
    ],
)
def test_what_was_found_wrong_speaks_for_nothing_any_more(state: str, reason: str, *, grounds: bool) -> None:
    page, (picture,) = a_known_page("acted")
    settled(page)
    assert rests_on_shown(page) and has_ground(page)
    Item.objects.filter(pk=picture.pk).update(state=state, state_reason=reason)
    assert has_ground(page) is grounds


def test_what_a_page_only_leads_to_speaks_for_nothing_that_was_said_of_it() -> None:
    page, (picture,) = a_known_page("acted")
    settled(page)
    picture.sightings.update(found_as="link")
    assert not has_ground(page)


@pytest.mark.parametrize(
    ("state", "held_from", "grounds"),
    [("acted", "", True), ("rated", "", False), ("held", "in_review", False), ("held", "acted", True)],
)
def test_what_people_judged_speaks_for_it_while_they_do_not_doubt_it(
    state: str, held_from: str, *, grounds: bool
) -> None:
    page, (picture,) = a_known_page("acted")
    picture.matches.all().delete()
    Item.objects.filter(pk=picture.pk).update(state="in_review")
    picture.refresh_from_db()
    a_verdict(picture)
    Item.objects.filter(pk=picture.pk).update(state=state, held_from=held_from)
    assert has_ground(page) is grounds
    Item.objects.filter(pk=picture.pk).update(state="in_review", held_from="")
    picture.refresh_from_db()
    a_verdict(picture, "")
    Item.objects.filter(pk=picture.pk).update(state="acted")
    assert not has_ground(page)


def test_a_page_that_people_judged_is_not() -> None:
    page = settled(a_known_page("acted")[0])
    Item.objects.exclude(pk=page.pk).update(state="removed")
    assert is_emptied(page)
    Item.objects.filter(pk=page.pk).update(state="in_review")
    page.refresh_from_db()
    a_verdict(page)
    assert not is_emptied(page)


def test_a_page_that_is_itself_in_a_list_is_not() -> None:
    page, pictures = a_known_page("acted")
    settled(page)
    Item.objects.filter(pk=pictures[0].pk).update(state="removed")
    assert is_emptied(page)
    page.matches.update(
        fingerprint=page.fingerprints.create(
            sighting=page.sightings.get(),
            kind="sha256",
            form="inline0",
            value="d" * 64,
            made_at=a_clock().now(),
        )
    )
    assert not is_emptied(page)


def test_what_is_no_such_page_is_never_emptied() -> None:
    _, pictures = a_known_page("removed")
    assert not is_emptied(pictures[0])
