from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from proofs.album_house import START, AlbumHouse, Keys, album_house
from proofs.figure import Figure
from proofs.i4_08 import (
    SIGN_IN,
    disguised,
    judge_fetches,
    judge_group,
    judge_known,
    judge_look,
    judge_media,
    look,
)
from tests.demo.world.worlds import got
from tests.faults.watching import Watching
from tests.hotline.conftest import django_db_modify_db_settings
from tests.hotline.intake.conftest import places
from tests.hotline.intake.making import Places
from tutela.demo.world.album import MISSING_PATHS
from tutela.hotline.cases.models import Item, Membership, Sighting
from tutela.hotline.intake.models import Report
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.review.models import Exposure, Lease
from tutela.kernel.clock import FixedClock

__all__ = ["django_db_modify_db_settings", "places"]
pytestmark = [pytest.mark.slow, pytest.mark.django_db]
Change = Callable[[AlbumHouse], None]
Judge = Callable[[Figure, AlbumHouse], None]
#: Pictures, films, pictures behind it: one of every kind.
SMALL = (6, 4, 1)


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    settings.SECRET_KEY = SIGN_IN  # that of the tests of the hotline, which is empty before the first of them
    rehearse(tmp_path, clock=FixedClock(START))
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))


@pytest.fixture
def house(places: Places, tmp_path: Path) -> Iterator[AlbumHouse]:
    with album_house(Keys(vault=places.vault, fetch=places.fetch), tmp_path, SMALL) as made:
        yield made


def figure(folder: Path) -> Figure:
    return Figure(bar="i4-8", tier="ci", folder=folder)


def leave_the_group(_house: AlbumHouse) -> None:
    Membership.objects.order_by("-pk")[0].delete()


def forget_a_trouble(_house: AlbumHouse) -> None:
    Sighting.objects.exclude(trouble="").update(trouble="")


def call_it_broken(_house: AlbumHouse) -> None:
    Sighting.objects.filter(item__state="unmatched").update(trouble="unreadable")


def say_an_unknown_word(_house: AlbumHouse) -> None:
    Sighting.objects.exclude(trouble="").update(trouble="mishap")


def leave_the_known_to_a_person(_house: AlbumHouse) -> None:
    Item.objects.filter(state__in=("matched", "acted")).update(state="unmatched")


def report_twice(house: AlbumHouse) -> None:
    house.report()


def fetch_again(house: AlbumHouse) -> None:
    got(house.world, house.world.url_of(house.world.gallery.name, MISSING_PATHS[0]))


def hand_out_again(_house: AlbumHouse) -> None:
    Lease.objects.filter(pk=Lease.objects.first().pk).update(turn="trn_another")  # type: ignore[union-attr]  # there is one


def show_again(_house: AlbumHouse) -> None:
    kept = Exposure.objects.filter(tiles__gt=0)[0]
    kept.pk, kept.public_id = None, "exp_another"
    kept.save(force_insert=True)


def show_the_known(_house: AlbumHouse) -> None:
    known = Item.objects.filter(state__in=("matched", "acted"), kind="picture")[0]
    Exposure.objects.filter(pk=Exposure.objects.filter(tiles__gt=0)[0].pk).update(item=known)


def judged(told: Figure, house: AlbumHouse) -> None:
    judge_look(told, house, list(Lease.objects.values_list("item__public_id", flat=True)))


def found_wrong(folder: Path, house: AlbumHouse, wrong: Mapping[Change, Judge]) -> set[str]:
    """The changes that their judge does not find."""
    lived = set()
    for change, judge in wrong.items():
        told = figure(folder)
        with transaction.atomic():
            change(house)
            judge(told, house)
            transaction.set_rollback(True)
        if told.passed:
            lived.add(change.__name__)
    return lived


def test_a_small_gallery_is_one_group_and_each_wrong_one_is_found(house: AlbumHouse, tmp_path: Path) -> None:
    house.report()
    house.work()
    right = figure(tmp_path)
    for judge in (judge_group, judge_media, judge_known, judge_fetches):
        judge(right, house)
    assert right.passed and Report.objects.count() == 1 and len(house.expected) == 12
    wrong: dict[Change, Judge] = {
        leave_the_group: judge_group,
        report_twice: judge_group,
        forget_a_trouble: judge_media,
        call_it_broken: judge_media,
        say_an_unknown_word: judge_media,
        leave_the_known_to_a_person: judge_known,
    }
    assert found_wrong(tmp_path, house, wrong) == set()
    look(right, house)
    assert right.passed
    seen: dict[Change, Judge] = dict.fromkeys((hand_out_again, show_again, show_the_known), judged)
    assert found_wrong(tmp_path, house, {**seen, fetch_again: judge_fetches}) == set()


def test_a_look_without_its_referrer_would_count_a_removal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mutation: the sighting forgets the page that led there, and what looks like a removal is one."""
    found = Watching.found

    def forgetting(self: Watching, planted: Any) -> None:
        found(self, planted)
        Sighting.objects.update(referrer_for_fetch=b"")

    monkeypatch.setattr(Watching, "found", forgetting)
    told = figure(tmp_path)
    disguised(told, "ci")
    failed = {one["name"] for one in told.as_json()["figures"] if not one["passed"]}
    assert "removals counted behind the referrer" in failed
