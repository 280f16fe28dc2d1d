"""Whom an answer names for abuse."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest

from tests.share.notices.registry_answers import ADDRESS, card, entity, hoster, network, sold
from tutela.share.notices.contacts import (
    CONTACTS_MAX,
    abuse_contacts,
    is_boilerplate,
    owner_contacts,
    registrar_contacts,
    shortened,
)
from tutela.share.notices.jcards import Way
from tutela.share.notices.rdap import Entity, parse_domain, parse_network


def entities(*rows: Any) -> tuple[Entity, ...]:
    return parse_network(network(*rows), ipaddress.ip_address(ADDRESS)).entities


def addresses(*rows: Any) -> list[str]:
    return [one.way.address for one in abuse_contacts(entities(*rows))]


def test_the_abuse_desk_is_found_below_the_holder_and_bears_the_holders_name() -> None:
    (found,) = abuse_contacts(parse_network(hoster(), ipaddress.ip_address(ADDRESS)).entities)
    assert (found.way.address, found.role, found.organisation) == ("abuse@hoster.test", "abuse", "Hoster BV")
    assert found.way.path == "$.entities[0].entities[0].vcardArray[1][2]"


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (("abuse", "technical", "registrant", "administrative"), "abuse"),
        (("technical", "registrant", "administrative"), "technical"),
        (("registrant", "administrative"), "registrant"),
        (("administrative",), "administrative"),
    ],
)
def test_where_nobody_is_named_for_abuse_the_next_role_is_asked(
    roles: tuple[str, ...], expected: str
) -> None:
    rows = [entity(role, mails=(f"{role}@hoster.test",)) for role in reversed(roles)]
    assert addresses(*rows) == [f"{expected}@hoster.test"]


def test_an_abuse_contact_without_an_address_does_not_hide_the_next_role() -> None:
    assert addresses(entity("abuse"), entity("technical", mails=("noc@hoster.test",))) == ["noc@hoster.test"]


def test_a_form_counts_for_the_abuse_desk_only() -> None:
    assert addresses(entity("abuse", form="https://hoster.test/abuse")) == ["https://hoster.test/abuse"]
    assert addresses(entity("technical", form="https://hoster.test/support")) == []


def test_what_a_registry_writes_for_itself_is_dropped() -> None:
    mails = ("abuse@ripe.net", "search-apnic-not-arin@apnic.net", "x@abuse.iana.org", "noreply@hoster.test")
    assert addresses(entity("abuse", mails=(*mails, "abuse@hoster.test"))) == ["abuse@hoster.test"]
    assert addresses(entity("abuse", mails=mails)) == []


@pytest.mark.parametrize("address", ["abuse@notripe.net", "ripe.net@hoster.test", "reply@hoster.test"])
def test_what_only_looks_like_a_registry_stays(address: str) -> None:
    assert not is_boilerplate(Way(kind="mail", address=address, path=""))


def test_an_answer_that_shouts_is_cut() -> None:
    rows = [entity("abuse", mails=tuple(f"a{at}@hoster.test" for at in range(50)))]
    assert len(addresses(*rows)) == CONTACTS_MAX


def test_a_registrar_is_reached_through_the_abuse_desk_below_it() -> None:
    (found,) = registrar_contacts(parse_domain(sold(), "site.test").entities)
    assert (found.way.address, found.organisation) == ("abuse@registrar.test", "Registrar Ltd")


def test_a_registrar_without_a_desk_is_reached_as_such() -> None:
    rows = entities(
        entity("registrar", mails=("info@registrar.test",)), entity("abuse", mails=("x@site.test",))
    )
    (found,) = registrar_contacts(rows)
    assert (found.way.address, found.role) == ("info@registrar.test", "registrar")


def test_the_owner_is_nobody_of_the_registrar() -> None:
    desk = entity("abuse", mails=("abuse@registrar.test",))
    rows = entities(entity("registrar", below=(desk,)), entity("registrant", mails=("me@site.test",)))
    assert [one.way.address for one in owner_contacts(rows)] == ["me@site.test"]
    assert owner_contacts(parse_domain(sold(), "site.test").entities) == ()
    assert owner_contacts(entities(entity("registrar", "technical", mails=("noc@registrar.test",)))) == ()


def test_the_owner_of_a_name_comes_before_its_technician() -> None:
    technician = entity("technical", mails=("technical@registrar.test",))
    owner = entity("registrant", mails=("names@site.test",))
    assert [one.way.address for one in owner_contacts(entities(technician, owner))] == ["names@site.test"]
    assert [one.way.address for one in owner_contacts(entities(technician))] == ["technical@registrar.test"]


def test_shortened_entries_are_those_that_have_a_link_only() -> None:
    link = [{"rel": "self", "href": "https://rdap.numbers.test/entity/X"}]
    short = {**entity("abuse"), "links": link}
    full = {**entity("abuse", mails=("a@hoster.test",)), "links": link}
    other = {**entity("technical"), "links": link}
    assert [one.path for one in shortened(entities(full, other, short))] == ["$.entities[2]"]


def test_a_card_that_is_no_card_names_nobody() -> None:
    assert addresses({"roles": ["abuse"], "vcardArray": card("a@b.test")[1]}, {"roles": "abuse"}) == []
