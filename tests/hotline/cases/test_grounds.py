"""What an item rests on: matches of an approved list by SHA-256, as its lists stand by them now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.detect.matching.making import entry, header, value
from tests.hotline.cases.actions.test_proving import a_known_page, settled
from tests.hotline.cases.known import a_known_item, a_list, met
from tests.hotline.cases.making import CLOCK, a_verdict
from tutela.detect.matching.memory import MemoryList
from tutela.hotline.cases import grounds as module
from tutela.hotline.cases.grounds import (
    digest_of,
    gone,
    ground_fell,
    grounds,
    is_groundless,
    is_judged_illegal,
    mark_of,
    met_of_late,
)
from tutela.hotline.cases.models import Item, Match
from tutela.hotline.cases.page_proof import SHOWN_FORM

pytestmark = pytest.mark.django_db


def items_gone(*lists: MemoryList) -> set[int]:
    return {item for _, item in gone(grounds(), lists)}


def test_an_item_s_ground_is_gone_with_its_entry_and_not_before() -> None:
    first, second = a_known_item(1), a_known_item(2)
    assert items_gone(a_list(1, 2)) == set()
    assert items_gone(a_list(2, version="2")) == {first.pk}
    assert items_gone(a_list(version="2")) == {first.pk, second.pk}
    ((match, _),) = gone(grounds(), [a_list(2)])
    assert Match.objects.get(pk=match).fingerprint.kind == "sha256"


def test_a_list_that_is_not_there_says_nothing_and_so_does_one_of_known_good_files() -> None:
    a_known_item()
    assert items_gone() == items_gone(a_list(name="another")) == items_gone(a_list(known_good=True)) == set()


def test_of_two_versions_in_use_the_one_that_holds_it_is_enough() -> None:
    a_known_item()
    assert items_gone(a_list(1), a_list(version="2")) == set()
    assert items_gone(a_list(2), a_list(version="2"), a_list(1, name="another"))
    assert items_gone(a_list(2), a_list(1, known_good=True, version="2"))


def test_an_entry_that_ended_after_it_was_met_takes_nothing_back() -> None:
    item = a_known_item()
    for days, expected in ((-1, {item.pk}), (1, set())):
        end = CLOCK.now() + timedelta(days=days)
        ended = entry("e", "sha256", value(1), valid_to=end)
        assert items_gone(MemoryList(header("own", approved=True), [ended])) == expected


@pytest.mark.parametrize("more", [{"approved": False}, {"confirmed": "second_hash"}, {"kinds": ["pdq"]}])
def test_what_proves_nothing_by_its_bytes_is_no_ground(more: dict[str, Any]) -> None:
    item = a_known_item()
    item.matches.all().delete()
    met(item, 2, **more)
    assert items_gone(a_list()) == set()


@pytest.mark.parametrize(
    ("reason", "counts"),
    [("ended", True), ("handed_over", True), ("withdrawn", False), ("not_illegal", False)],
)
def test_of_closed_items_those_count_of_which_something_may_stand(reason: str, *, counts: bool) -> None:
    item = a_known_item(state="closed", state_reason=reason)
    assert items_gone(a_list()) == ({item.pk} if counts else set())


def test_an_open_item_counts_whatever_reason_it_has() -> None:
    item = a_known_item(state="acted", state_reason="withdrawn")
    assert items_gone(a_list()) == {item.pk}


def test_what_a_page_shows_is_no_ground_of_its_own() -> None:
    page = a_known_item()
    page.matches.all().delete()
    met(page, 2, form=SHOWN_FORM)
    assert items_gone(a_list()) == set()


def test_they_are_read_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    items = [a_known_item(number) for number in range(5)]
    monkeypatch.setattr(module, "ROWS_MAX", 2)
    assert items_gone(a_list(1)) == {one.pk for one in items} - {items[1].pk}


def test_an_item_is_groundless_once_neither_a_list_nor_people_speak_for_it() -> None:
    item = a_known_item()
    assert not is_groundless(item)
    item.matches.update(approved=False)
    assert is_groundless(item) and ground_fell(item) and not is_judged_illegal(item)
    Item.objects.filter(pk=item.pk).update(state="in_review")
    item.refresh_from_db()
    a_verdict(item)
    assert is_judged_illegal(item) and not is_groundless(item)
    item.refresh_from_db()
    a_verdict(item, "")
    assert is_groundless(item)


def test_what_no_list_ever_knew_lost_no_ground() -> None:
    item = a_known_item()
    item.matches.all().delete()
    assert not is_groundless(item) and not ground_fell(item)


def test_a_page_s_ground_falls_with_what_it_shows() -> None:
    page, (picture,) = a_known_page("acted")
    settled(page)
    assert not ground_fell(page)
    picture.matches.update(approved=False)
    assert ground_fell(page) and not is_groundless(page)


def test_a_mark_changes_with_each_version_and_with_nothing_else() -> None:
    first, second = a_list(1), a_list(2, version="2")
    assert mark_of([first]) == mark_of([a_list(3)]) != mark_of([second])
    assert mark_of([first, second]) == mark_of([second, first]) != mark_of([first])
    assert mark_of([first]) != mark_of([a_list(1, name="another")])
    assert len(mark_of([first])) == len(digest_of("own")) == 64 and digest_of("own") != digest_of("other")


def test_a_match_in_a_version_that_is_not_in_use_is_found_while_it_is_young() -> None:
    a_known_item()
    now = CLOCK.now()
    assert met_of_late([a_list(1)], now) == set()
    assert met_of_late([a_list(1, version="2")], now) == {"own"}
    assert met_of_late([a_list(1, version="2")], now + timedelta(seconds=1)) == set()
