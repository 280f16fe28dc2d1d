"""Answers of registries: what is asked is what must be answered, and nothing raises anything else."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.share.notices.registry_answers import ADDRESS, domain, entity, hoster, network, number
from tutela.share.notices.rdap import (
    DEPTH_MAX,
    ENTITIES_MAX,
    RecordError,
    parse_domain,
    parse_entity,
    parse_network,
    parse_number,
)

ASKED = ipaddress.ip_address(ADDRESS)


def refused(body: bytes) -> str:
    with pytest.raises(RecordError) as caught:
        parse_network(body, ASKED)
    return caught.value.reason


def test_a_network_names_its_people_and_where_they_stand() -> None:
    record = parse_network(hoster(), ASKED)
    assert (record.name, record.country) == ("EXAMPLE-NET", "NL")
    assert [(sorted(one.roles), one.path) for one in record.entities] == [
        (["registrant"], "$.entities[0]"),
        (["abuse"], "$.entities[0].entities[0]"),
    ]
    assert record.entities[1].lies_under(record.entities[0])
    assert not record.entities[0].lies_under(record.entities[1])


def test_a_network_without_a_country_is_where_its_holder_is() -> None:
    holder, other = entity("registrant", country="CA"), entity("abuse", country="US")
    assert parse_network(network(other, holder, country=None), ASKED).country == "CA"
    assert parse_network(network(other, holder), ASKED).country == "NL"
    assert parse_network(network(other, country=None), ASKED).country == ""


def test_a_network_of_version_six_holds_its_ends() -> None:
    body = network(first="2001:db8::", last="2001:db8::ffff")
    for address in ("2001:db8::", "2001:db8::ffff"):
        assert parse_network(body, ipaddress.ip_address(address)).country == "NL"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not_json"),
        (b"\xff\xfe", "not_json"),
        (b"[" * 200_000, "not_json"),
        (b'{"a":' * 100_000, "not_json"),
        (b"<html>", "not_json"),
        (b"[]", "another_object"),
        (b'{"objectClassName": ["ip network"]}', "another_object"),
        (domain(), "another_object"),
        (network(first="nowhere"), "another_object"),
        (network(first="198.51.100.8"), "address_not_inside"),
        (network(last="198.51.100.6"), "address_not_inside"),
        (network(first="2001:db8::", last="2001:db8::ffff"), "address_not_inside"),
        (network(first="0.0.0.0", last="2001:db8::"), "address_not_inside"),
        (network(first="0.0.0.0", last="255.255.255.255"), "network_too_wide"),
        (network(first="198.0.0.0", last="199.0.0.0"), "network_too_wide"),
    ],
)
def test_an_answer_that_lies_is_refused_with_its_reason(body: bytes, reason: str) -> None:
    assert refused(body) == reason


def test_a_whole_block_of_a_registry_is_not_too_wide() -> None:
    assert parse_network(network(first="198.0.0.0", last="198.255.255.255"), ASKED).name == "EXAMPLE-NET"


def test_a_name_is_the_one_that_was_asked() -> None:
    assert parse_domain(domain(name="SITE.test."), "site.test").name == "site.test"
    for name in ("other.test", "", "www.site.test"):
        with pytest.raises(RecordError) as caught:
            parse_domain(domain(name=name), "site.test")
        assert caught.value.reason == "another_name"


def test_a_number_is_the_one_that_was_asked() -> None:
    assert parse_number(number(first=64496, last=64511), 64500).name == "UP-AS"
    with pytest.raises(RecordError) as caught:
        parse_number(number(first=64496, last=64499), 64500)
    assert caught.value.reason == "another_number"


def test_somebody_looked_up_comes_first() -> None:
    body = json.dumps(entity("abuse", mails=("abuse@a.test",), below=(entity("technical"),))).encode()
    first, second = parse_entity(body).entities
    assert (first.path, first.card.ways[0].address) == ("$", "abuse@a.test")
    assert second.lies_under(first)


def test_the_walk_ends_at_its_depth_and_at_its_number() -> None:
    nested: dict[str, Any] = entity("abuse", mails=("deep@a.test",))
    for _ in range(DEPTH_MAX + 2):
        nested = entity("technical", below=(nested,))
    record = parse_network(network(nested), ASKED)
    assert len(record.entities) == DEPTH_MAX
    assert not any("abuse" in one.roles for one in record.entities)
    many = parse_network(network(*[entity("abuse")] * 1_000), ASKED)
    assert len(many.entities) == ENTITIES_MAX


def test_links_for_people_are_passed_over() -> None:
    links = [
        {"rel": "up", "type": "text/html", "href": "https://a.test/page"},
        "x",
        {"rel": "up", "href": ["https://b.test/"]},
    ]
    assert parse_network(network(links=links), ASKED).untrusted_parent_url == ""
    links = [{"rel": "up", "type": "application/rdap+json", "href": "https://c.test/ip/1"}]
    assert parse_network(network(links=links), ASKED).untrusted_parent_url == "https://c.test/ip/1"


def test_numbers_that_announce_it_are_numbers() -> None:
    record = parse_network(network(arin_originas0_originautnums=[64500, "64501", 0, 1 << 32, None]), ASKED)
    assert record.numbers == (64500,)


KEYS = "entities roles vcardArray links rel href name country startAddress endAddress ldhName startAutnum"
keys = st.sampled_from(KEYS.split())
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
    | st.sampled_from(["abuse", "198.51.100.0", "up", "self", "https://a.test/x", "vcard", "email"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=25,
)  # fmt: skip


@given(
    st.dictionaries(keys, values, max_size=8), st.sampled_from(["ip network", "domain", "autnum", "entity"])
)
@example(
    {"entities": [{"roles": None, "vcardArray": ["vcard", None], "links": {"rel": "self"}}]}, "ip network"
)
def test_any_answer_is_read_or_refused(row: dict[str, Any], kind: str) -> None:
    ends = {"startAddress": "198.51.100.0", "endAddress": "198.51.100.255", "ldhName": "site.test"}
    body = json.dumps({**row, **ends, "objectClassName": kind}).encode()
    readers: list[Callable[[], Any]] = [
        lambda: parse_network(body, ASKED),
        lambda: parse_domain(body, "site.test"),
        lambda: parse_number(body, 64500),
        lambda: parse_entity(body),
    ]
    for read in readers:
        try:
            record = read()
        except RecordError:
            continue
        assert len(record.entities) <= ENTITIES_MAX + 1


@given(st.binary(max_size=300))
def test_any_bytes_are_refused(body: bytes) -> None:
    assert refused(body) in {"not_json", "another_object"}
