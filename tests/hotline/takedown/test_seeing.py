"""Looks that go on: control looks, and the year after a removal."""

from __future__ import annotations

import pytest

from tests.hotline.cases.rig import KNOWN, PLACE, Rig, rig, state_of
from tests.hotline.takedown.making import a_sighting
from tests.hotline.takedown.test_jobs import acted, gone, send
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.cases.page_proof import SHOWN_FORM
from tutela.hotline.takedown.control_looks import ControlLook
from tutela.hotline.takedown.models import Check, Notice, Watch
from tutela.hotline.work.models import Job
from tutela.kernel.egress.replaying import Recorded, ReplayFetcher

pytestmark = pytest.mark.django_db


def test_a_host_is_asked_for_nothing_once_an_hour_from_each_vantage_point() -> None:
    with rig() as made:
        acted(made)
        made.show({PLACE: Recorded(body=b"something else")})
        asked = list[int]()
        for minutes in (36, 36, 36):
            made.later(minutes)
            made.work()
            asked.append(sum(fetcher_asked(made)))
            made.show({PLACE: Recorded(body=b"something else")})
    assert ControlLook.objects.count() == 2
    assert asked == [6, 2, 6]  # from two places: the address, and then what cannot exist and the front page


def fetcher_asked(made: Rig) -> list[int]:
    return [len(one.asked) for one in made.service._fetchers.values() if isinstance(one, ReplayFetcher)]


def test_an_item_closes_a_year_after_its_removal() -> None:
    with rig() as made:
        item = gone(made)
        for _ in range(20):
            made.later(31 * 24 * 60)
            made.work()
    assert state_of(item) == "closed" and item.state_reason == "ended"
    assert not Job.objects.filter(kind="check_sighting").exists()
    assert Watch.objects.get().ended_at is not None


def test_a_look_that_our_own_politeness_refused_is_made_later_and_not_written_down() -> None:
    with rig() as made:
        acted(made)
        made.later(36)
        made.show({PLACE: Recorded(failure="host_busy")})
        assert made.work_of("check_sighting") == ["check_sighting retried Unavailable"]
        assert not Check.objects.exists()
        made.show({PLACE: Recorded(body=KNOWN)})
        made.later(1)
        assert made.work_of("check_sighting") == ["check_sighting finished"]
    assert set(Check.objects.values_list("result", flat=True)) == {"present"}


def test_a_page_from_which_its_known_pictures_are_gone_is_seen_to_show_something_else() -> None:
    with rig() as made:
        item = acted(made)
        send(made)
        picture = a_sighting(made.clock)  # known, and what proves the page
        Sighting.objects.filter(pk=picture.pk).update(found_on=item.sightings.last(), found_as="picture")
        item.fingerprints.update(form=SHOWN_FORM)
        made.later(36)
        made.work()
        assert set(Check.objects.values_list("result", flat=True)) == {"present"}
        Item.objects.filter(pk=picture.item_id).update(state="removed")
        made.later(60 * 24 * 60)
        made.work()
    assert Check.objects.order_by("-pk")[0].result == "changed"
    assert Notice.objects.count() == 1 and state_of(item) == "watched"  # nobody is reminded of it


def test_nothing_goes_out_about_such_a_page() -> None:
    with rig() as made:
        item = acted(made)
        picture = a_sighting(made.clock)
        Sighting.objects.filter(pk=picture.pk).update(found_on=item.sightings.last(), found_as="picture")
        item.fingerprints.update(form=SHOWN_FORM)
        Item.objects.filter(pk=picture.item_id).update(state="removed")
        made.later(16)
        send(made)
        made.work()
    assert (Notice.objects.get().state, Notice.objects.get().evidence) == ("withdrawn", "content_changed")
