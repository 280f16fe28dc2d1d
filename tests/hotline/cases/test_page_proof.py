from __future__ import annotations

import pytest

from tests.hotline.cases.actions.test_proving import a_known_page, settled
from tests.hotline.cases.making import a_verdict
from tests.hotline.review.making import a_clock
from tutela.hotline.cases.models import Item
from tutela.hotline.cases.page_proof import is_emptied

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
