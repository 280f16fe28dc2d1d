"""Where something was seen: the host, whose site it is, the address that was met."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.errors import Invalid
from tutela.share.notices.places import Site, read_place, site_of


def test_a_place_knows_host_site_and_address() -> None:
    place = read_place(
        "https://Pictures.Site.co.uk./x", address="198.51.100.7", network_number=64500, country="NL"
    )
    assert (place.host, place.site.registered) == ("pictures.site.co.uk", "site.co.uk")
    assert place.address == ipaddress.ip_address("198.51.100.7")
    assert "site" not in repr(place).replace("Place", "")


def test_an_address_is_a_place_without_a_site() -> None:
    place = read_place("http://[2001:db8::1]:8080/")
    assert (place.address, place.site) == (ipaddress.ip_address("2001:db8::1"), Site())


def test_an_address_inside_another_is_the_one_that_is_met() -> None:
    assert read_place("http://[::ffff:198.51.100.7]/").address == ipaddress.ip_address("198.51.100.7")
    assert read_place("http://a.test/", address="64:ff9b::c633:6407").address == ipaddress.ip_address(
        "198.51.100.7"
    )


def test_an_onion_has_no_registry() -> None:
    place = read_place(f"http://{'a' * 56}.onion/")
    assert place.is_onion
    assert (place.site, place.address) == (Site(), None)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"address": "nowhere"}, "address"),
        ({"country": "nl"}, "country"),
        ({"country": "NLD"}, "country"),
        ({"network_number": 0}, "network_number"),
        ({"network_number": 1 << 32}, "network_number"),
    ],
)
def test_what_is_wrong_is_named(more: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_place("https://a.test/", **more)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("host", "registered", "own"),
    [
        ("a.b.example.com", "example.com", "example.com"),
        ("someone.github.io", "github.io", "someone.github.io"),
        ("a.someone.github.io", "github.io", "someone.github.io"),
        ("github.io", "github.io", "github.io"),
        ("co.uk", "", ""),
        ("localhost", "", ""),
        ("xn--bcher-kva.example", "xn--bcher-kva.example", "xn--bcher-kva.example"),
    ],
)
def test_whose_site_a_host_is(host: str, registered: str, own: str) -> None:
    assert site_of(host) == Site(registered=registered, own=own)


def test_a_name_under_a_platform_is_given_out() -> None:
    assert site_of("someone.github.io").is_given_out
    assert not site_of("www.example.com").is_given_out


def test_a_site_owns_what_lies_under_it_and_nothing_that_only_ends_alike() -> None:
    site = site_of("www.site.test")
    assert site.owns("site.test")
    assert site.owns("MAIL.Site.test.")
    assert not site.owns("notsite.test")
    assert not site.owns("test")
    assert not Site().owns("")


@given(st.text(max_size=80))
def test_any_text_is_a_place_or_invalid(text: str) -> None:
    try:
        place = read_place(text, address=text)
    except Invalid:
        return
    assert place.host
