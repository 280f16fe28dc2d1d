"""A look and a look-up: from where the address is known, and what is asked of whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.hotline.cases.rig import PLACE, rig
from tests.hotline.takedown.contacts.registered import DESK, THERE, Registered, registered, the_contact
from tests.hotline.takedown.making import OFFICER
from tests.share.notices.registry_answers import NETWORK_URL
from tutela.hotline.cases import coming
from tutela.hotline.cases.models import Sighting
from tutela.hotline.takedown.actions.approving import approve_contact
from tutela.hotline.takedown.contacts import looking_up
from tutela.hotline.takedown.contacts.looking_up import LookUp, look_up, see_it
from tutela.hotline.takedown.contacts.models import Search
from tutela.hotline.takedown.models import Notice
from tutela.kernel.egress.replaying import Recorded
from tutela.kernel.errors import Unavailable
from tutela.kernel.fetcher.orders import Fetched, FetchOrder, NotFetched
from tutela.kernel.fetcher.serving import FetchingService

pytestmark = pytest.mark.django_db
OTHER = f"{PLACE}2"


def place(made: Registered) -> Sighting:
    made.found()
    return Sighting.objects.get(how="fetched")


def test_the_desk_of_the_network_is_found_and_the_address_stays_inside() -> None:
    with registered() as made:
        up = look_up(place(made), made.equipment())
    assert [one.address for one in up.proposals if one.rung == "hoster"] == [DESK]
    assert (up.country, up.passed_over, up.retry_after_seconds) == ("NL", 1, None)
    assert "host.test" not in repr(up) and "198.51" not in repr(up)


def test_of_what_is_gone_no_registry_is_asked() -> None:
    with registered() as made:
        sighting = place(made)
        made.registries.asked.clear()
        made.show({PLACE: Recorded(status=404)})
        up = look_up(sighting, made.equipment())
    assert up.seen is not None and up.seen.judged.result == "gone"
    assert not up.proposals and not made.registries.asked


def test_a_host_that_refuses_one_way_is_looked_at_on_the_next_and_its_address_is_kept() -> None:
    with registered() as made:
        sighting = place(made)
        made.show({PLACE: Recorded(status=403, address=THERE.address)})
        other = Registered(recorded={PLACE: replace(THERE, address="")}, looker=made.looker)
        other.vault, other.fetch = made.vault, made.fetch
        other.show(other.recorded)
        made.service._fetchers["proxied"] = other.service._fetchers["proxied"]
        seen = see_it(sighting, made.equipment())
        made.registries.asked.clear()
        up = look_up(sighting, made.equipment())
    assert (seen.vantage, seen.judged.result, seen.met) == ("proxied", "present", THERE.address)
    assert up.proposals[0].address == DESK


def test_an_address_that_nobody_met_is_no_reason_to_guess() -> None:
    with registered() as made:
        sighting = place(made)
        made.show({PLACE: replace(THERE, address="")})
        made.registries.asked.clear()
        up = look_up(sighting, made.equipment())
    assert NETWORK_URL not in made.registries.asked
    assert all(one.rung != "hoster" for one in up.proposals)


def test_a_worker_without_anybody_to_ask_looks_nowhere() -> None:
    with rig() as made:
        assert look_up(Sighting(), made.equipment()) == LookUp()


def test_a_known_item_is_fetched_once_before_somebody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with registered() as made:
        made.show({PLACE: THERE, OTHER: THERE})
        fetched: list[str] = []
        fetch = FetchingService.fetch

        def counted(service: FetchingService, order: FetchOrder, descriptor: int) -> Fetched | NotFetched:
            fetched.append(order.fetch_id)
            return fetch(service, order, descriptor)

        monkeypatch.setattr(FetchingService, "fetch", counted)
        made.found()
        approve_contact(the_contact().public_id, actor=OFFICER, clock=made.clock)
        made.again()
        fetched.clear()
        made.reported(OTHER)
        made.clock.advance(2)
        assert made.work() == ["fetch_sighting finished"]
        assert len(fetched) == 1
        seen = Sighting.objects.filter(how="fetched").latest("pk")
        notice = Notice.objects.get(sighting=seen)
    assert (notice.state, notice.recipient.address, notice.seen_at) == ("queued", DESK, seen.seen_at)
    assert Search.objects.get(sighting=seen).looked_up
    assert seen.country == "NL"


def test_where_the_registry_is_away_the_search_has_a_job_of_its_own() -> None:
    with registered() as made:
        made.registries.table[NETWORK_URL] = Unavailable("away", retry_after_seconds=60.0)
        made.reported()
        assert made.work() == ["fetch_sighting finished"]
        assert Search.objects.get().state == "registry"
        made.later(1.1)
        assert "takedown_find finished" in made.work()


def test_where_the_police_come_first_no_registry_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with registered() as made:
        monkeypatch.setattr(looking_up, "may_write_at_once", lambda clock: False)
        made.reported()
        assert made.work()[:2] == ["fetch_sighting finished", "takedown_find finished"]


def test_what_was_met_at_another_host_is_looked_up_in_a_job_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(coming, "look_ahead", lambda *told: asked.append(told))
    with registered() as made:
        other = "https://cellar.test/picture.png"
        made.show({PLACE: replace(THERE, body=b"", status=302, leads_to=other), other: THERE})
        made.reported()
        assert "takedown_find finished" in made.work() and not asked
        made.show({PLACE: THERE, OTHER: THERE})
        made.reported(OTHER)
        made.clock.advance(2)
        made.work()
    assert len(asked) == 1
