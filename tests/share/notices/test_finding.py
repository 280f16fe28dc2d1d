"""Who can take a place down: the ladder as a whole."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.share.notices.registry_answers import (
    ADDRESS,
    DOMAIN_URL,
    NETWORK_URL,
    NUMBER_URL,
    NUMBERS,
    URL,
    bootstrap,
    domain,
    entity,
    hoster,
    network,
    number,
    sold,
)
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Invalid, Unavailable
from tutela.share.notices.asking import Asker, Trouble
from tutela.share.notices.book import BookEntry, MemoryBook
from tutela.share.notices.finding import Found, find_recipients
from tutela.share.notices.places import Place, read_place
from tutela.share.notices.registries import MemoryRegistries

PLACE = read_place(URL, address=ADDRESS, network_number=64500)
UP = entity("abuse", mails=("abuse@carrier.test",), name="Carrier")


class House:
    """A small world of registries, and a house that looks until nothing is left to wait for."""

    def __init__(self) -> None:
        self.clock = FixedClock(datetime(2026, 6, 1, tzinfo=UTC))
        self.registries = MemoryRegistries(
            {NETWORK_URL: hoster(), DOMAIN_URL: sold(), NUMBER_URL: number(UP)}
        )
        self.asker = Asker(self.registries, bootstrap(), clock=self.clock)

    def once(self, place: Place = PLACE, **more: Any) -> Found:
        return find_recipients(place, self.asker, clock=self.clock, **more)

    def found(self, place: Place = PLACE, **more: Any) -> Found:
        for _ in range(10):
            found = self.once(place, **more)
            if found.retry_after_seconds is None or found.retry_after_seconds > 1:
                return found
            self.clock.advance(found.retry_after_seconds)
        raise AssertionError("the look-up does not end")


@pytest.fixture
def house() -> House:
    return House()


def addresses(found: Found, *rungs: Any) -> list[str]:
    return [one.address for rung in rungs for one in found.on(rung)]


def entry(key: str, address: str, **more: Any) -> BookEntry:
    row: dict[str, Any] = {
        "rung": "hoster", "kind": "mail", "organisation": "Booked", "approved": True,
        "changed_at": datetime(2026, 1, 1, tzinfo=UTC),
    }  # fmt: skip
    return BookEntry(key=key, address=address, **(row | more))


def test_the_ladder_goes_from_the_hoster_to_the_hotline(house: House) -> None:
    found = house.found()
    assert [(one.rung, one.address) for one in found.candidates] == [
        ("hoster", "abuse@hoster.test"),
        ("site_owner", "abuse@site.test"),
        ("upstream", "abuse@carrier.test"),
        ("registrar", "abuse@registrar.test"),
        ("index", "https://support.google.com/websearch/answer/15300563"),
        ("hotline", "https://meldpunt.offlimits.nl/"),
    ]
    assert (found.country, found.is_complete, found.troubles) == ("NL", True, ())
    assert [one.source for one in found.answers] == ["rdap_network", "rdap_number", "rdap_domain"]
    assert found.network is not None
    assert found.network.name == "EXAMPLE-NET"


def test_nobody_of_a_first_look_up_is_used_without_a_person(house: House) -> None:
    assert all(one.first_contact_needs_person for one in house.found().candidates)


def test_a_look_up_goes_on_where_it_had_to_wait(house: House) -> None:
    first = house.once()
    assert Trouble(question="number", reason="later", retry_after_seconds=1.0) in first.troubles
    assert addresses(first, "hoster", "registrar") == ["abuse@hoster.test", "abuse@registrar.test"]
    house.clock.advance(1)
    assert house.once().is_complete
    assert house.registries.asked.count(NETWORK_URL) == 1


def test_a_registry_that_is_down_leaves_the_rest_standing(house: House) -> None:
    house.registries.table[NETWORK_URL] = Unavailable("away", retry_after_seconds=300.0)
    found = house.found()
    assert addresses(found, "hoster") == []
    assert addresses(found, "registrar") == ["abuse@registrar.test"]
    assert found.retry_after_seconds == 300.0
    assert house.registries.asked.count(NETWORK_URL) == 1
    house.registries.table[NETWORK_URL] = hoster()
    house.clock.advance(300)
    assert addresses(house.found(), "hoster") == ["abuse@hoster.test"]


def test_everything_down_still_gives_a_ladder_and_a_time(house: House) -> None:
    house.registries.down = True
    found = house.once(read_place(URL, address=ADDRESS, country="DE"))
    assert addresses(found, "hoster", "registrar") == []
    assert addresses(found, "hotline") == ["https://www.internet-beschwerdestelle.de/en/"]
    assert found.retry_after_seconds == 60.0


def test_just_before_sending_everything_is_asked_anew(house: House) -> None:
    house.found()
    house.registries.table[NETWORK_URL] = network(entity("abuse", mails=("abuse@moved.test",)))
    house.clock.advance(600)
    assert addresses(house.once(), "hoster") == ["abuse@hoster.test"]
    assert addresses(house.once(max_age_seconds=60), "hoster") == ["abuse@moved.test"]


def test_an_age_with_which_a_look_up_would_never_end_is_refused(house: House) -> None:
    with pytest.raises(Invalid) as caught:
        house.once(max_age_seconds=0)
    assert caught.value.field == "max_age_seconds"
    assert house.found(max_age_seconds=60).is_complete


def test_a_place_without_an_address_says_so(house: House) -> None:
    found = house.found(read_place(URL))
    assert Trouble(question="network", reason="no_address") in found.troubles
    assert addresses(found, "registrar") == ["abuse@registrar.test"]
    assert (found.country, found.on("hotline")) == ("", ())


def test_an_onion_is_asked_about_nowhere(house: House) -> None:
    found = house.found(read_place(f"http://{'a' * 56}.onion/"), ask_site=True)
    assert house.registries.asked == []
    assert {one.rung for one in found.candidates} == {"index"}


def test_the_country_of_the_place_goes_before_the_registrys_and_ones_own_hotline_is_not_told(
    house: House,
) -> None:
    place = read_place(URL, address=ADDRESS, country="FR")
    assert addresses(house.found(place), "hotline") == ["https://www.pointdecontact.net/cliquez-signalez/"]
    assert house.found(place, own_country="FR").on("hotline") == ()


def test_a_shortened_contact_is_looked_up_where_it_was_named(house: House) -> None:
    link = f"{NUMBERS}entity/ABUSE-1"
    short = {**entity("abuse"), "links": [{"rel": "self", "href": link}]}
    house.registries.table[NETWORK_URL] = network(short)
    house.registries.table[link] = entity_body("abuse@hoster.test")
    found = house.found(read_place(URL, address=ADDRESS))
    (desk,) = found.on("hoster")
    assert (desk.address, desk.reasons) == ("abuse@hoster.test", ("abuse_role", "unconfirmed"))
    assert (desk.provenance.source, desk.provenance.url) == ("rdap_entity", link)


def entity_body(mail: str) -> bytes:
    return json.dumps(entity(mails=(mail,), name="Desk")).encode()


def test_the_network_above_is_upstream(house: House) -> None:
    parent = f"{NUMBERS}ip/198.51.0.0/16"
    row = entity("abuse", mails=("abuse@hoster.test",))
    house.registries.table[NETWORK_URL] = network(row, links=[{"rel": "up", "href": parent}])
    house.registries.table[parent] = network(UP, first="198.51.0.0", last="198.51.255.255")
    (above,) = house.found(read_place(URL, address=ADDRESS)).on("upstream")
    assert (above.address, above.provenance.source) == ("abuse@carrier.test", "rdap_parent")


def test_whoever_stands_on_two_rungs_is_told_once(house: House) -> None:
    house.registries.table[NUMBER_URL] = number(entity("abuse", mails=("Abuse@Hoster.test",)))
    found = house.found()
    assert addresses(found, "hoster", "upstream") == ["abuse@hoster.test"]


def test_a_number_that_the_registry_names_is_asked_about(house: House) -> None:
    house.registries.table[NETWORK_URL] = network(arin_originas0_originautnums=[64500])
    assert addresses(house.found(read_place(URL, address=ADDRESS)), "upstream") == ["abuse@carrier.test"]


def test_a_proxy_is_asked_for_the_origin(house: House) -> None:
    place = read_place(URL, address=ADDRESS, untrusted_headers={"cf-ray": "1"})
    found = house.found(place)
    (desk,) = found.on("hoster")
    assert desk.proxy_service
    assert "origin_unknown" in desk.reasons
    assert found.proxy is not None
    assert (found.proxy.name, found.proxy.proven) == ("Cloudflare", False)


def test_the_site_is_asked_only_where_nobody_else_is_named_and_only_with_leave(house: House) -> None:
    url = "https://pictures.site.test/.well-known/security.txt"
    house.registries.table = {url: b"Contact: mailto:us@other.test\nExpires: 2027-01-01T00:00:00Z\n"}
    house.found()
    assert url not in house.registries.asked
    house.clock.advance(7_200)
    found = house.found(ask_site=True)
    assert addresses(found, "site_owner") == ["us@other.test", "abuse@site.test"]
    assert all(one.person == "always" for one in found.on("site_owner"))
    house.registries.table[NETWORK_URL] = hoster()
    house.registries.asked.clear()
    house.clock.advance(7_200)
    house.found(ask_site=True, max_age_seconds=1_000)
    assert url not in house.registries.asked


@pytest.mark.parametrize(
    "key", ["host:pictures.site.test", "site:site.test", f"address:{ADDRESS}", "as:64500"]
)
def test_the_book_always_wins(house: House, key: str) -> None:
    found = house.found(book=MemoryBook([entry(key, "known@hoster.test")]))
    assert [(one.address, one.person) for one in found.on("hoster")] == [("known@hoster.test", "none")]
    assert [one.address for one in found.set_aside] == ["abuse@hoster.test"]
    assert addresses(found, "upstream") == ["abuse@carrier.test"]


def test_the_narrowest_entry_of_the_book_is_used(house: House) -> None:
    book = MemoryBook([entry("as:64500", "wide@hoster.test"), entry("site:site.test", "narrow@hoster.test")])
    assert addresses(house.found(book=book), "hoster") == ["narrow@hoster.test"]


def test_the_book_may_name_a_better_way_to_somebody_a_registry_names(house: House) -> None:
    book = MemoryBook(
        [entry("mail:abuse@hoster.test", "https://hoster.test/portal", kind="form", rung="registrar")]
    )
    found = house.found(book=book)
    assert [(one.kind, one.address) for one in found.on("hoster")] == [("form", "https://hoster.test/portal")]
    assert addresses(found, "registrar") == ["abuse@registrar.test"]


def test_the_book_and_a_registry_are_two_sources(house: House) -> None:
    book = MemoryBook([entry("as:64500", "abuse@hoster.test", approved=False)])
    (desk,) = house.found(book=book).on("hoster")
    assert (desk.person, desk.reasons) == ("none", ("from_book", "book_agrees"))


def test_a_book_names_somebody_where_no_registry_does(house: House) -> None:
    house.registries.table = {}
    book = MemoryBook([entry("site:site.test", "known@hoster.test")])
    assert addresses(house.found(book=book), "hoster") == ["known@hoster.test"]


def test_a_book_that_is_away_is_no_empty_book(house: House) -> None:
    class Away(MemoryBook):
        def entries(self, keys: Any) -> Any:
            raise Unavailable("the book is away")

    with pytest.raises(Unavailable):
        house.once(book=Away())


def test_an_owner_whom_the_registry_names_could_be_the_offender(house: House) -> None:
    house.registries.table[DOMAIN_URL] = domain(entity("registrant", mails=("me@mail.test",)))
    found = house.found()
    assert addresses(found, "site_owner") == ["me@mail.test", "abuse@site.test"]
    assert all(one.could_be_the_offender for one in found.on("site_owner"))


def test_no_address_shows_in_repr(house: House) -> None:
    text = repr(house.found())
    assert "site.test" not in text
    assert "hoster.test" not in text
    assert ADDRESS not in text
