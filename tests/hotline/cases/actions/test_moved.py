"""A reported address that leads to another host: two places of one item, each acted on where it is."""

from __future__ import annotations

import pytest

from tests.hotline.cases.making import WORKER, a_sighting, an_item
from tests.hotline.cases.rig import KEY, KNOWN, OTHER, PLACE, Rig, rig, state_of
from tutela.hotline.cases.actions import move_item, open_moved, record_address
from tutela.hotline.cases.actions.places import reseal_addresses
from tutela.hotline.cases.addresses import SealingKeys
from tutela.hotline.cases.job_kinds import ACT, FETCH
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.cases.moved_places import BY_REDIRECT, MOVED_MAX, MovedPlace, Signs, move_place
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.ledger.queries import entries_about
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.work.models import Job
from tutela.kernel.channels.memory import memory
from tutela.kernel.custody.sealed_texts import epoch_of, open_text, seal_text
from tutela.kernel.egress.replaying import Recorded
from tutela.kernel.egress.urls import parse_url
from tutela.kernel.fetcher.orders import Fetched, FetchOrder

pytestmark = pytest.mark.django_db

THERE = "https://there.test/picture.png"


@pytest.fixture(autouse=True)
def mandate(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path_factory.mktemp("mandate")
    rehearse(home)
    monkeypatch.setenv("TUTELA_HOME", str(home))


def led(made: Rig, to: str = THERE, body: bytes = KNOWN) -> None:
    made.show({PLACE: Recorded(status=302, leads_to=to), to: Recorded(body=body)})


def fetched(made: Rig) -> Item:
    item = made.reported()
    made.work_of(FETCH)
    return item


def acted_on() -> set[str]:
    return {one.arguments["sighting"] for one in Job.objects.filter(kind=ACT)}


def a_place(made: Rig, to: str) -> MovedPlace:
    """The place that a look would bring whose redirects led there."""
    led(made, to)
    with memory() as descriptor:
        order = FetchOrder(sealed_url=seal_text(PLACE, made.fetch), bytes_max=100, keep=False)
        answer = made.service.fetch(order, descriptor)
    assert isinstance(answer, Fetched)
    keys = SealingKeys(vault=made.vault, fetch=made.fetch)
    place = move_place(answer, Signs(), at=made.clock.now(), keys=keys, index=KEY)
    assert place is not None
    return place


def test_what_a_known_picture_was_led_to_is_a_place_of_its_item_and_both_are_acted_on() -> None:
    with rig() as made:
        led(made)
        item = fetched(made)
        first, second = item.sightings.filter(how="fetched").order_by("pk")
        assert open_text(bytes(second.url_for_fetch), made.fetch) == THERE
    assert state_of(item) == "matched"
    assert (second.found_as, second.found_on, second.blob) == (BY_REDIRECT, first, "")
    assert second.sha256 == first.sha256 and second.url_digest == KEY.address_digest(parse_url(THERE))
    prints = [list(one.fingerprints.values_list("kind", "form", "value")) for one in (first, second)]
    assert prints[0] == prints[1] != []
    assert acted_on() == {first.public_id, second.public_id}
    (entry,) = [one for one in entries_about(first.public_id, 20) if one.act == "redirect_followed"]
    assert (entry.facts["opened"], entry.facts["left_out"]) == (1, 0)


def test_of_what_no_list_knows_nobody_is_told_by_that() -> None:
    with rig() as made:
        led(made, body=OTHER)
        item = fetched(made)
    assert state_of(item) == "unmatched"
    assert item.sightings.filter(found_as=BY_REDIRECT).count() == 1 and not acted_on()


def test_known_bytes_that_stood_on_a_page_bring_both_places_to_the_item_that_they_are() -> None:
    with rig(OTHER) as made:
        other = fetched(made)
        Item.objects.filter(pk=other.pk).update(state="watched")
        led(made, body=OTHER)
        item = made.reported()
        item.sightings.update(level=1, found_as="picture")
        made.work_of(FETCH)
    assert (state_of(item), item.state_reason) == ("closed", "duplicate")
    assert item.sightings.filter(how="fetched").count() == 0
    first, second = other.sightings.filter(how="fetched").order_by("pk")[1:]
    assert (second.found_as, second.found_on) == (BY_REDIRECT, first)
    assert acted_on() == {first.public_id, second.public_id}


@pytest.mark.parametrize("there", [Recorded(status=404, body=KNOWN), Recorded(status=503)], ids=str)
def test_an_error_page_of_another_host_is_no_place(there: Recorded) -> None:
    with rig() as made:
        made.show({PLACE: Recorded(status=302, leads_to=THERE), THERE: there})
        item = fetched(made)
    assert not item.sightings.filter(found_as=BY_REDIRECT).exists()


def test_an_address_is_opened_once_and_beyond_so_many_they_are_counted() -> None:
    addresses = [f"https://there{number}.test/" for number in range(MOVED_MAX + 2)]
    with rig() as made:
        item = fetched(made)
        seen = item.sightings.get(how="fetched")
        item.refresh_from_db()
        places = [a_place(made, one) for one in addresses]
        assert len(open_moved(item, seen, [places[0], places[0]], actor=WORKER, clock=made.clock)) == 1
        before = LedgerEntry.objects.count()
        assert open_moved(item, seen, places[:1], actor=WORKER, clock=made.clock) == []
        assert LedgerEntry.objects.count() == before
        opened = open_moved(item, seen, places, actor=WORKER, clock=made.clock)
    assert len(opened) == MOVED_MAX - 1
    entry = entries_about(seen.public_id, 20)[0]
    assert (entry.facts["opened"], entry.facts["left_out"]) == (MOVED_MAX - 1, 2)


def test_a_redirect_back_to_where_the_item_was_seen_opens_nothing() -> None:
    with rig() as made:
        item = fetched(made)
        item.refresh_from_db()
        first = item.sightings.get(how="fetched")
        (second,) = open_moved(item, first, [a_place(made, THERE)], actor=WORKER, clock=made.clock)
        place = a_place(made, THERE)
        back = MovedPlace(
            address=place.address, url_digest=first.url_digest, host_digest=first.host_digest,
            at=place.at, answer=place.answer, signs=Signs(),
        )  # fmt: skip
        assert open_moved(item, second, [back], actor=WORKER, clock=made.clock) == []


def test_a_closed_item_gets_no_address_that_somebody_would_fetch() -> None:
    with rig() as made:
        item = fetched(made)
        item.refresh_from_db()
        seen = item.sightings.get(how="fetched")
        item = move_item(item, "closed", actor=WORKER, reason="not_illegal", clock=made.clock)
        assert open_moved(item, seen, [a_place(made, THERE)], actor=WORKER, clock=made.clock) == []


def test_who_was_seen_there_too_belongs_to_the_same_place() -> None:
    with rig() as made:
        other, item = an_item(), fetched(made)
        record_address(a_sighting(other), parse_url(THERE), KEY, actor=WORKER, clock=made.clock)
        item.refresh_from_db()
        seen = item.sightings.get(how="fetched")
        assert not other.series.exists()
        open_moved(item, seen, [a_place(made, THERE)], actor=WORKER, clock=made.clock)
    series = item.series.filter(kind="place")
    assert other.series.filter(pk__in=series.values("pk")).exists()


def test_a_referrer_that_was_sealed_earlier_is_sealed_anew_with_the_rest() -> None:
    with rig() as made:
        item = fetched(made)
        item.refresh_from_db()
        page = "https://page.test/"
        columns = {
            "referrer_sealed": seal_text(page, made.vault),
            "referrer_for_fetch": seal_text(page, made.fetch),
        }
        item.sightings.filter(how="fetched").update(**columns)
        made.vault.rotate()
        made.fetch.rotate()
        seen = item.sightings.get(how="fetched")
        (place,) = open_moved(item, seen, [a_place(made, THERE)], actor=WORKER, clock=made.clock)
        keys = SealingKeys(vault=made.vault, fetch=made.fetch)
        done = reseal_addresses(keys, lambda sealed: open_text(sealed, made.vault), actor=WORKER)
        now = Sighting.objects.get(pk=place.pk)
        assert done >= 1 and now.url_epoch == made.vault.current().id
        assert now.fetch_epoch == made.fetch.current().id
        assert epoch_of(bytes(now.referrer_sealed)) == now.url_epoch
        assert epoch_of(bytes(now.referrer_for_fetch)) == now.fetch_epoch
        assert open_text(bytes(now.referrer_for_fetch), made.fetch) == page
        assert open_text(bytes(now.url_for_fetch), made.fetch) == THERE
