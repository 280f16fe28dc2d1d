"""The contacts book: keys, and the fake."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_address

from tutela.share.notices.book import BookEntry, MemoryBook, mail_key, network_key, place_keys
from tutela.share.notices.places import read_place
from tutela.share.notices.rdap import NetworkRecord


def entry(key: str) -> BookEntry:
    return BookEntry(
        key=key, rung="hoster", kind="mail", address="a@a.test", organisation="A", approved=True,
        changed_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip


def test_the_narrowest_key_comes_first() -> None:
    place = read_place("https://x.someone.github.io/", address="198.51.100.7")
    assert place_keys(place, [64500], "Cloudflare") == (
        "host:x.someone.github.io", "site:someone.github.io", "site:github.io", "address:198.51.100.7",
        "proxy:Cloudflare", "as:64500",
    )  # fmt: skip


def test_a_network_is_a_key_by_its_first_and_its_last_address() -> None:
    first, last = ip_address("198.51.100.0"), ip_address("198.51.100.255")
    network = NetworkRecord(first=first, last=last, name="N", country="NL", entities=(), numbers=(64500,))
    assert network_key(network) == "network:198.51.100.0-198.51.100.255"
    keys = place_keys(read_place("http://198.51.100.7/"), network.numbers, "", network)
    assert keys[-2:] == (network_key(network), "as:64500")


def test_a_host_without_a_site_is_asked_about_by_host_and_address() -> None:
    assert place_keys(read_place("http://198.51.100.7/")) == ("host:198.51.100.7", "address:198.51.100.7")


def test_entries_come_in_the_order_of_the_keys() -> None:
    one, two = entry("as:1"), entry("site:a.test")
    book = MemoryBook([one, two, entry("as:2")])
    assert book.entries(["site:a.test", "as:1"]) == [two, one]


def test_a_mail_address_is_one_key_however_it_is_written() -> None:
    assert mail_key("Abuse@A.test") == "mail:abuse@a.test"


def test_no_address_shows_in_repr() -> None:
    assert "a.test" not in repr(entry("host:a.test"))
