"""Questions to registries: politely, kept, and believed only from where they were asked."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.share.notices.registry_answers import (
    ADDRESS,
    DOMAIN_URL,
    NETWORK_URL,
    NUMBER_URL,
    NUMBERS,
    bootstrap,
    domain,
    entity,
    hoster,
    network,
    number,
)
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Invalid, Refused, Unavailable
from tutela.share.notices import asking as module
from tutela.share.notices.asking import Asker, Told, Trouble
from tutela.share.notices.places import read_place
from tutela.share.notices.rdap import NetworkRecord
from tutela.share.notices.registries import ACCEPT_RDAP, ANSWER_BYTES_MAX, Answer, MemoryRegistries

DAY = 86_400.0
ASKED = ipaddress.ip_address(ADDRESS)


class Desk:
    """Registries, a clock, and somebody who asks."""

    def __init__(self, **table: Any) -> None:
        self.clock = FixedClock(datetime(2026, 6, 1, tzinfo=UTC))
        self.registries = MemoryRegistries({NETWORK_URL: hoster(), **table})
        self.asker = Asker(self.registries, bootstrap(), clock=self.clock)

    def network(self, address: str = ADDRESS, max_age_seconds: float = DAY) -> Told[NetworkRecord] | Trouble:
        return self.asker.network(ipaddress.ip_address(address), max_age_seconds)

    def trouble(self, answer: Any) -> Trouble:
        self.registries.table[NETWORK_URL] = answer
        found = self.network()
        assert isinstance(found, Trouble)
        return found


@pytest.fixture
def desk() -> Desk:
    return Desk()


def told(found: Told[Any] | Trouble) -> Told[Any]:
    assert isinstance(found, Told), found
    return found


def answer(url: str, body: bytes = hoster(), status: int = 200, retry: float | None = None) -> Answer:
    return Answer(status=status, untrusted_body=body, untrusted_final_url=url, retry_after_seconds=retry)


def test_an_answer_is_kept_with_its_time_and_digest(desk: Desk) -> None:
    found = told(desk.network())
    assert (found.url, found.at) == (NETWORK_URL, desk.clock.now())
    assert len(found.sha256) == 64
    assert told(desk.network()) is found
    assert desk.registries.asked == [NETWORK_URL]


def test_an_answer_that_is_too_old_is_asked_for_again(desk: Desk) -> None:
    desk.network()
    desk.clock.advance(3_600)
    desk.network(max_age_seconds=3_601)
    assert len(desk.registries.asked) == 1
    desk.network(max_age_seconds=3_600)
    assert len(desk.registries.asked) == 2
    desk.clock.advance(1)
    desk.network(max_age_seconds=0)
    assert len(desk.registries.asked) == 3


def test_the_neighbours_of_an_address_are_not_asked_about(desk: Desk) -> None:
    found = told(desk.network())
    assert told(desk.network("198.51.100.200")) is found
    assert desk.registries.asked == [NETWORK_URL]


def test_a_neighbour_outside_the_network_is_asked_about(desk: Desk) -> None:
    desk.registries.table[NETWORK_URL] = network(last="198.51.100.127")
    told(desk.network())
    desk.clock.advance(1)
    assert desk.network("198.51.100.200") == Trouble(question="network", reason="nothing_known")


def test_a_wide_network_does_not_speak_for_addresses_far_away(desk: Desk) -> None:
    """What lies elsewhere in it may have been given to somebody else."""
    desk.registries.table[NETWORK_URL] = network(first="198.0.0.0", last="198.255.255.255")
    told(desk.network())
    assert desk.network("198.51.101.1") == Trouble(question="network", reason="no_service")


def test_a_server_is_asked_once_a_second(desk: Desk) -> None:
    desk.registries.table[NUMBER_URL] = number()
    told(desk.network())
    later = desk.asker.number(64500, DAY)
    assert later == Trouble(question="number", reason="later", retry_after_seconds=1.0)
    assert NUMBER_URL not in desk.registries.asked
    desk.clock.advance(1)
    assert told(desk.asker.number(64500, DAY)).record.name == "UP-AS"


def test_a_server_that_asks_for_patience_gets_it(desk: Desk) -> None:
    first = desk.trouble(answer(NETWORK_URL, status=429, retry=120.0))
    assert (first.reason, first.retry_after_seconds) == ("later", 120.0)
    desk.clock.advance(60)
    assert desk.network() == Trouble(question="network", reason="later", retry_after_seconds=60.0)
    assert len(desk.registries.asked) == 1


@pytest.mark.parametrize(
    ("happened", "seconds"),
    [
        (Unavailable("away", retry_after_seconds=5.0), 5.0),
        (Unavailable("away"), 60.0),
        (answer(NETWORK_URL, status=503), 60.0),
        (answer(NETWORK_URL, status=500, retry=1e9), 86_400.0),
        (answer(NETWORK_URL, status=429, retry=float("nan")), 60.0),
    ],
)
def test_who_is_away_is_asked_again(desk: Desk, happened: Any, seconds: float) -> None:
    trouble = desk.trouble(happened)
    assert (trouble.reason, trouble.retry_after_seconds) == ("later", seconds)
    desk.registries.table[NETWORK_URL] = hoster()
    desk.clock.advance(seconds)
    told(desk.network())


def test_a_server_that_fails_at_one_question_is_asked_others(desk: Desk) -> None:
    """Some answer 500 for one entry for ever; they would never be asked for anything else."""
    desk.registries.table[NUMBER_URL] = number()
    desk.trouble(answer(NETWORK_URL, status=500))
    desk.clock.advance(1)
    told(desk.asker.number(64500, DAY))
    desk.clock.advance(1)
    assert desk.network() == Trouble(question="network", reason="later", retry_after_seconds=58.0)
    assert desk.registries.asked == [NETWORK_URL, NUMBER_URL]


@pytest.mark.parametrize(
    "happened",
    [
        answer(NETWORK_URL, status=429),
        answer(NETWORK_URL, status=503, retry=60.0),
        Unavailable("away", retry_after_seconds=60.0),
    ],
)
def test_a_server_that_is_away_or_asks_for_patience_is_asked_nothing_else(desk: Desk, happened: Any) -> None:
    desk.registries.table[NUMBER_URL] = number()
    desk.trouble(happened)
    desk.clock.advance(59)
    assert isinstance(desk.asker.number(64500, DAY), Trouble)
    desk.clock.advance(1)
    told(desk.asker.number(64500, DAY))


@pytest.mark.parametrize(
    ("happened", "reason"),
    [
        (answer(NETWORK_URL, status=404), "nothing_known"),
        (answer(NETWORK_URL, status=403), "refused"),
        (answer(NETWORK_URL, status=302), "refused"),
        (Refused("no"), "refused"),
        (Invalid("no"), "refused"),
        (b" " * ANSWER_BYTES_MAX + hoster(), "too_large"),
        (b"<html>", "not_json"),
        (network(first="198.51.100.8"), "address_not_inside"),
        (network(first="0.0.0.0", last="255.255.255.255"), "network_too_wide"),
        (domain(), "another_object"),
        (answer("http://rdap.numbers.test/ip/1"), "from_elsewhere"),
        (answer("https://rdap.elsewhere.test/ip/1"), "from_elsewhere"),
        (answer("https://127.0.0.1/ip/1"), "from_elsewhere"),
        (answer("https://[::1]/ip/1"), "from_elsewhere"),
        (answer("nowhere"), "from_elsewhere"),
    ],
)
def test_what_cannot_be_believed_has_a_reason_and_is_not_asked_again_at_once(
    desk: Desk, happened: Any, reason: str
) -> None:
    assert desk.trouble(happened) == Trouble(question="network", reason=reason)  # type: ignore[arg-type]  # a word of the table
    desk.clock.advance(60)
    desk.network()
    assert len(desk.registries.asked) == 1


def test_a_registry_that_mends_itself_is_heard_after_an_hour(desk: Desk) -> None:
    desk.trouble(b"<html>")
    desk.registries.table[NETWORK_URL] = hoster()
    desk.clock.advance(module.NOTHING_SECONDS)
    told(desk.network())


@pytest.mark.parametrize("url", ["https://other.numbers.test/ip/1", "https://rdap.names.test/ip/1"])
def test_a_registry_may_lead_on_to_itself_and_to_another_one(desk: Desk, url: str) -> None:
    desk.registries.table[NETWORK_URL] = answer(url)
    told(desk.network())


def test_a_name_is_asked_where_its_ending_is(desk: Desk) -> None:
    desk.registries.table[DOMAIN_URL] = domain(entity("registrar"))
    assert told(desk.asker.domain("site.test", DAY)).record.name == "site.test"
    assert desk.asker.domain("site.example", DAY) == Trouble(question="domain", reason="no_service")


def test_a_parent_is_asked_where_the_child_was_and_holds_it(desk: Desk) -> None:
    parent = f"{NUMBERS}ip/198.0.0.0"
    desk.registries.table[NETWORK_URL] = network(links=[{"rel": "up", "href": parent}])
    desk.registries.table[parent] = network(first="198.51.0.0", last="198.51.255.255")
    child = told(desk.network())
    desk.clock.advance(1)
    assert told(desk.asker.parent(child, DAY)).record.holds(child.record.last)
    desk.registries.table[parent] = network(last="198.51.100.200")
    desk.clock.advance(1)
    assert desk.asker.parent(child, 0) == Trouble(question="parent", reason="address_not_inside")


@pytest.mark.parametrize(
    "link",
    ["https://rdap.elsewhere.test/ip/1", "http://rdap.numbers.test/ip/1", "http://127.0.0.1/", "x", ""],
)
def test_a_link_that_leads_away_is_not_followed(desk: Desk, link: str) -> None:
    desk.registries.table[NETWORK_URL] = network(links=[{"rel": "up", "href": link}])
    child = told(desk.network())
    desk.clock.advance(1)
    assert desk.asker.parent(child, DAY) == Trouble(question="parent", reason="no_service")
    assert desk.asker.entity(link, NETWORK_URL, DAY) == Trouble(question="entity", reason="no_service")
    assert desk.registries.asked == [NETWORK_URL]


def test_a_site_speaks_for_itself_and_from_itself_only(desk: Desk) -> None:
    url = "https://www.site.test/.well-known/security.txt"
    body = b"Contact: mailto:a@site.test\nExpires: 2027-01-01T00:00:00Z\n"
    place = read_place("https://www.site.test/a.jpg")
    desk.registries.table[url] = answer("https://site.test/security.txt", body)
    assert told(desk.asker.security_text(place, DAY)).record.ways[0].address == "a@site.test"
    desk.clock.advance(1)
    desk.registries.table[url] = answer("https://rdap.names.test/security.txt", body)
    assert desk.asker.security_text(place, 0) == Trouble(question="security_txt", reason="from_elsewhere")
    desk.clock.advance(1)
    desk.registries.table[url] = b"<html>"
    assert desk.asker.security_text(place, 0) == Trouble(question="security_txt", reason="unreadable")


def test_a_registry_is_asked_for_its_own_type() -> None:
    class Listening(MemoryRegistries):
        accepted: str = ""

        def get(self, url: str, accept: str) -> Answer:
            self.accepted = accept
            return super().get(url, accept)

    registries = Listening({NETWORK_URL: hoster()})
    Asker(registries, bootstrap()).network(ASKED, DAY)
    assert registries.accepted == ACCEPT_RDAP


def test_the_oldest_answers_are_forgotten(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT_MAX", 2)
    for at in (1, 2, 3):
        desk.registries.table[f"{NUMBERS}ip/203.0.113.{at}"] = network(
            first=f"203.0.113.{at}", last=f"203.0.113.{at}"
        )
        desk.clock.advance(1)
        told(desk.network(f"203.0.113.{at}"))
    desk.clock.advance(1)
    told(desk.network("203.0.113.1"))
    assert desk.registries.asked.count(f"{NUMBERS}ip/203.0.113.1") == 2
