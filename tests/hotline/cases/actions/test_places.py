from __future__ import annotations

import pytest

from tests.hotline.cases.making import CLOCK, WORKER, acts, an_item, ring
from tutela.hotline.cases.actions import (
    record_address,
    record_sighting,
    record_whereabouts,
    reseal_addresses,
)
from tutela.hotline.cases.addresses import SealingKeys
from tutela.hotline.cases.index_key import IndexKey
from tutela.hotline.cases.models import Item, Series, Sighting
from tutela.hotline.cases.seen import Seen
from tutela.hotline.ledger.actors import person, process
from tutela.hotline.ledger.models import LedgerEntry
from tutela.kernel.custody.sealed_texts import open_text, seal_text
from tutela.kernel.egress.urls import read_url
from tutela.kernel.errors import Refused
from tutela.kernel.ids import new_id

pytestmark = pytest.mark.django_db
KEY = IndexKey(raw=bytes(32))


def test_a_sighting_keeps_what_the_custody_record_asks() -> None:
    item = an_item()
    seen = Seen(
        how="fetched", process="fetcher", reason="report", monotonic_seconds=7.5, status_code=200,
        sha256="a" * 64, sha3_256="b" * 64, size_bytes=3, tool="tutela", tool_version="1",
        configuration="c" * 64,
    )  # fmt: skip
    sighting = record_sighting(item, seen, actor=process("fetcher"), clock=CLOCK)
    kept = Sighting.objects.get(public_id=sighting.public_id)
    assert (kept.seen_at, kept.seen_monotonic_seconds, kept.sha256) == (CLOCK.now(), 7.5, "a" * 64)
    assert LedgerEntry.objects.get(index=kept.log_index).subject == sighting.public_id
    assert "a" * 64 not in bytes(LedgerEntry.objects.get(index=kept.log_index).leaf).decode()


def test_a_person_who_asked_is_kept_by_id_and_acts_through_the_desk() -> None:
    who = new_id("usr_")
    seen = Seen(how="supplied", process="desk", reason="desk")
    assert record_sighting(an_item(), seen, actor=person(who), clock=CLOCK).who == who


def told(item: Item, address: str) -> Series | None:
    return record_address(item.sightings.get(), read_url(address), KEY, actor=WORKER, clock=CLOCK)


def test_two_spellings_of_one_address_are_one_place_and_an_address_alone_is_none() -> None:
    first, second = an_item("https://There.test/a b"), an_item("https://there.test:443/a%20b#top")
    assert told(first, "https://There.test/a b") is None
    series = told(second, "https://there.test:443/a%20b#top")
    assert series is not None and set(series.items.all()) == {first, second}
    assert told(second, "https://there.test:443/a%20b#top") == series
    assert acts()[2:] == ["address_recorded"] * 2


def test_a_third_item_joins_the_series_that_is_there() -> None:
    items = [an_item("https://there.test/x") for _ in range(3)]
    made = [told(item, "https://there.test/x") for item in items]
    assert made[1] == made[2] and Series.objects.count() == 1


def test_other_places_stay_apart_but_share_the_host() -> None:
    assert told(an_item("https://there.test/x"), "https://there.test/x") is None
    assert told(an_item("https://there.test/y"), "https://there.test/y") is None
    assert len(set(Sighting.objects.values_list("url_digest", flat=True))) == 2
    assert len(set(Sighting.objects.values_list("host_digest", flat=True))) == 1


def test_addresses_are_sealed_anew_to_the_present_keys_and_then_no_more() -> None:
    vault, fetch = ring(), ring()
    keys = SealingKeys(vault=vault, fetch=fetch)
    items = [an_item(f"https://there.test/{number}", keys) for number in range(3)]
    items[0].sightings.update(
        response_sealed=seal_text("headers", vault),
        referrer_sealed=seal_text("https://page.test/", vault),
        referrer_for_fetch=seal_text("https://page.test/", fetch),
    )
    gone, lost = vault.current().id, fetch.current().id
    vault.rotate()
    fetch.rotate()
    opener = process("opener")
    assert reseal_addresses(keys, lambda sealed: open_text(sealed, vault), actor=opener, clock=CLOCK) == 3
    assert reseal_addresses(keys, lambda sealed: open_text(sealed, vault), actor=opener, clock=CLOCK) == 0
    vault.retire(gone)
    fetch.retire(lost)
    row = items[0].sightings.get()
    assert open_text(bytes(row.url_sealed), vault) == open_text(bytes(row.url_for_fetch), fetch)
    assert open_text(bytes(row.response_sealed), vault) == "headers"
    assert open_text(bytes(row.referrer_sealed), vault) == "https://page.test/"
    assert open_text(bytes(row.referrer_for_fetch), fetch) == "https://page.test/"
    assert acts()[3:] == ["address_resealed"]


def test_headers_without_an_address_are_sealed_anew_too_and_in_batches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tutela.hotline.cases.actions.places.RESEAL_ROWS", 2)
    vault, fetch = ring(), ring()
    keys = SealingKeys(vault=vault, fetch=fetch)
    item = an_item()
    for _ in range(5):
        seen = Seen(
            how="supplied", process="desk", reason="desk", response_sealed=seal_text("headers", vault)
        )
        record_sighting(item, seen, actor=WORKER, clock=CLOCK)
    old = vault.current().id
    vault.rotate()
    assert reseal_addresses(keys, lambda sealed: open_text(sealed, vault), actor=process("opener")) == 5
    vault.retire(old)
    assert {open_text(bytes(row.response_sealed), vault) for row in Sighting.objects.all()} == {"headers"}
    assert acts().count("address_resealed") == 3


def test_a_row_that_cannot_be_opened_stays_as_it_was() -> None:
    vault, fetch = ring(), ring()
    keys = SealingKeys(vault=vault, fetch=fetch)
    before = bytes(an_item("https://there.test/x", keys).sightings.get().url_sealed)
    vault.rotate()

    def refuse(_sealed: bytes) -> str:
        raise Refused("no")

    with pytest.raises(Refused):
        reseal_addresses(keys, refuse, actor=process("opener"))
    assert bytes(Sighting.objects.get().url_sealed) == before and acts() == ["item_opened"]


def test_where_a_server_stands_is_written_once_and_silence_changes_nothing() -> None:
    sighting = record_sighting(
        an_item(), Seen(how="fetched", process="fetcher", reason="report"), actor=WORKER, clock=CLOCK
    )
    for country, number in (("LU", 64_510), ("LU", 64_510), ("", None)):
        record_whereabouts(sighting, country=country, network_number=number, actor=WORKER, clock=CLOCK)
    found = Sighting.objects.get(pk=sighting.pk)
    assert (found.country, found.network_number) == ("LU", 64_510)
    assert acts().count("whereabouts_recorded") == 1
    record_whereabouts(found, country="NL", network_number=None, actor=WORKER, clock=CLOCK)
    found.refresh_from_db()
    assert (found.country, found.network_number) == ("NL", 64_510)
