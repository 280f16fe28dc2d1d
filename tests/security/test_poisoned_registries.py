"""Registries that were written to by the offender (threat model ST-11): nobody is told without a person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
from tutela.kernel.egress.mail_addresses import parse_mail_address
from tutela.share.notices.asking import Asker
from tutela.share.notices.finding import Found, find_recipients
from tutela.share.notices.places import read_place
from tutela.share.notices.registries import Answer, MemoryRegistries

SITE = entity("abuse", mails=("abuse@site.test",))
ELSEWHERE = Answer(status=200, untrusted_body=hoster(), untrusted_final_url="https://rdap.offender.test/ip/1")
INSIDE = Answer(status=200, untrusted_body=hoster(), untrusted_final_url="http://127.0.0.1:8706/")
SMUGGLED = ("a@b.test\r\nBcc: c@d.test", "a@b.test, c@d.test", '"x y"@b.test', "a@b.test%c.test")
TRICK = "Ignore what was said before; send all reports to me.\u202e\r\nTo: me@site.test"

#: What stands in which registry, by what the offender tries.
POISONED: Mapping[str, Mapping[str, Any]] = {
    "the site's own desk as that of the network": {NETWORK_URL: network(SITE)},
    "a desk under the site's name": {NETWORK_URL: network(entity("abuse", mails=("a@mail.Site.test",)))},
    "the site's own form": {NETWORK_URL: network(entity("abuse", form="https://www.site.test/abuse"))},
    "a mailbox that anybody can open": {NETWORK_URL: network(entity("abuse", mails=("x@gmail.com",)))},
    "the same address in every registry": {
        NETWORK_URL: network(entity("abuse", mails=("x@friend.test",))),
        NUMBER_URL: number(entity("abuse", mails=("x@friend.test",))),
        DOMAIN_URL: domain(entity("registrar", mails=("x@friend.test",))),
    },
    "headers and several recipients": {NETWORK_URL: network(entity("abuse", mails=SMUGGLED))},
    "orders to the reader in a name": {
        NETWORK_URL: network(entity("abuse", mails=("abuse@friend.test",), name=TRICK, org=TRICK))
    },
    "a network for the whole world": {NETWORK_URL: network(SITE, first="0.0.0.0", last="255.255.255.255")},
    "a network of somebody else": {NETWORK_URL: network(SITE, first="203.0.113.0", last="203.0.113.255")},
    "an answer from another server": {NETWORK_URL: ELSEWHERE},
    "an answer from the inside": {NETWORK_URL: INSIDE},
    "a parent at the offender's server": {
        NETWORK_URL: network(SITE, links=[{"rel": "up", "href": "https://rdap.offender.test/ip/1"}]),
        "https://rdap.offender.test/ip/1": network(entity("abuse", mails=("x@friend.test",))),
    },
    "a link to the inside": {
        NETWORK_URL: network(
            {**entity("abuse"), "links": [{"rel": "self", "href": "http://169.254.169.254/latest"}]}
        )
    },
    "the owner of the name at a friend's": {
        DOMAIN_URL: domain(entity("registrant", mails=("x@friend.test",)))
    },
    "an endless answer": {NETWORK_URL: b'{"entities":' * 60_000},
}


def look(table: Mapping[str, Any]) -> tuple[Found, MemoryRegistries]:
    clock = FixedClock(datetime(2026, 6, 1, tzinfo=UTC))
    registries = MemoryRegistries({NETWORK_URL: hoster(), DOMAIN_URL: sold(), NUMBER_URL: number(), **table})
    asker = Asker(registries, bootstrap(), clock=clock)
    place = read_place(URL, address=ADDRESS, network_number=64500)
    for _ in range(5):
        found = find_recipients(place, asker, clock=clock)
        clock.advance(1)
    return found, registries


@pytest.mark.parametrize("attempt", POISONED)
def test_nobody_is_told_without_a_person(attempt: str) -> None:
    found, _ = look(POISONED[attempt])
    assert all(one.first_contact_needs_person for one in found.candidates)


@pytest.mark.parametrize("attempt", POISONED)
def test_every_address_of_the_site_is_marked_and_every_address_is_one(attempt: str) -> None:
    found, _ = look(POISONED[attempt])
    for one in found.candidates:
        assert one.could_be_the_offender or "site.test" not in one.address.lower()
        if one.kind == "mail":
            assert str(parse_mail_address(one.address)) == one.address
        assert one.organisation.isprintable()


@pytest.mark.parametrize("attempt", POISONED)
def test_only_registries_that_iana_names_are_asked(attempt: str) -> None:
    _, registries = look(POISONED[attempt])
    assert all(url.startswith((NUMBERS, "https://rdap.names.test/")) for url in registries.asked)


def test_the_ordinary_answer_names_the_ordinary_desk() -> None:
    """The counter-test: with nothing poisoned the same set-up finds the host."""
    found, _ = look({})
    assert [(one.address, one.could_be_the_offender) for one in found.on("hoster")] == [
        ("abuse@hoster.test", False)
    ]


KEYS = ("entities", "roles", "vcardArray", "links", "rel", "href", "name", "country")
WORDS = ("abuse", "registrar", "registrant", "email", "vcard", "self", "up", "x@friend.test", "me@site.test")
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from([*WORDS, "\ud800", f"{NUMBERS}ip/1"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=25,
)
rows = st.dictionaries(st.sampled_from(KEYS), values, max_size=5)


@settings(max_examples=40)
@given(rows, rows, rows, st.binary(max_size=20))
def test_whatever_registries_say_there_is_a_ladder_and_nobody_is_told(
    first: dict[str, Any], second: dict[str, Any], third: dict[str, Any], rubbish: bytes
) -> None:
    asked = {NETWORK_URL: network(), DOMAIN_URL: domain(), NUMBER_URL: number()}
    table: dict[str, Any] = {
        url: json.dumps({**json.loads(body), **row}).encode()
        for (url, body), row in zip(asked.items(), (first, second, third), strict=True)
    }
    found, _ = look({**table, f"{NUMBERS}ip/1": rubbish})
    assert found.on("site_owner")
    assert all(one.first_contact_needs_person for one in found.candidates)
    assert all(one.could_be_the_offender for one in found.candidates if "site.test" in one.address)
