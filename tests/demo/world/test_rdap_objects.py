"""Objects as RFC 9083 has them."""

from __future__ import annotations

from tutela.demo.world.cast import place_of
from tutela.demo.world.rdap_objects import (
    UPSTREAM,
    RdapObject,
    domain_object,
    entity_object,
    handle_of,
    network_object,
    number_object,
)

PLACE = place_of("one.test", 10, "NL")
BASE = "http://registry.test:8080/rdap/"


def abuse_of(found: RdapObject) -> str:
    inner = found["entities"][0]["entities"][0]
    assert inner["roles"] == ["abuse"]
    return str(next(line[3] for line in inner["vcardArray"][1] if line[0] == "email"))


def test_a_network_names_its_holder_and_below_it_the_abuse_desk() -> None:
    found = network_object(PLACE, BASE)
    assert (found["startAddress"], found["country"]) == ("127.77.0.10", "NL")
    assert abuse_of(found) == "abuse@one-hosting.test"
    assert [link["rel"] for link in found["links"]] == ["self", "up"]
    around = network_object(None, BASE)
    assert abuse_of(around) == UPSTREAM
    assert [link["rel"] for link in around["links"]] == ["self"]


def test_a_name_names_its_registrar_and_not_its_hoster() -> None:
    found = domain_object(PLACE, BASE)
    assert found["ldhName"] == "one.test"
    assert abuse_of(found) == "abuse@registrar.test"


def test_numbers_and_entities() -> None:
    assert number_object(PLACE, BASE)["startAutnum"] == PLACE.network
    found = entity_object("abuse@one-hosting.test", BASE)
    assert found["handle"] == handle_of("abuse@one-hosting.test") == "ABUSE-ONE-HOSTING-TEST-TEST"
