"""Which registry is asked: IANA's files, the longest prefix, https only."""

from __future__ import annotations

import copy
import ipaddress
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.share.notices.registry_answers import document
from tests.shared_folder import shared
from tutela.share.notices.bootstrap import (
    KINDS,
    Bootstrap,
    build_bootstrap,
    parse_bootstrap,
    shipped_bootstrap,
)

ONE, TWO = "https://one.test/rdap", "https://two.test/"


def built(kind: str, *services: Any, **more: Any) -> Bootstrap:
    return build_bootstrap({kind: document(list(services))}, **more)


def test_the_longest_prefix_is_asked() -> None:
    found = built("ipv4", [["198.0.0.0/8"], [ONE]], [["198.51.100.0/24"], [TWO]])
    assert found.network_url(ipaddress.ip_address("198.51.100.7")) == "https://two.test/ip/198.51.100.7"
    assert found.network_url(ipaddress.ip_address("198.51.101.7")) == "https://one.test/rdap/ip/198.51.101.7"
    assert found.network_url(ipaddress.ip_address("203.0.113.1")) == ""
    assert found.network_url(ipaddress.ip_address("::1")) == ""


def test_version_six_has_prefixes_of_its_own() -> None:
    found = built("ipv6", [["2001:db8::/32"], [ONE]])
    assert found.network_url(ipaddress.ip_address("2001:db8::7")) == "https://one.test/rdap/ip/2001:db8::7"


def test_the_longest_ending_of_a_name_is_asked() -> None:
    found = built("dns", [["test"], [ONE]], [["co.TEST"], [TWO]])
    assert found.domain_url("a.co.test") == "https://two.test/domain/a.co.test"
    assert found.domain_url("a.test") == "https://one.test/rdap/domain/a.test"
    assert found.domain_url("a.example") == ""


def test_a_number_is_asked_where_its_range_is() -> None:
    found = built("asn", [["64500"], [ONE]], [["64510-64520"], [TWO]])
    asked = [found.autnum_url(number) for number in (64499, 64500, 64501, 64510, 64520, 64521)]
    assert asked == [
        "", "https://one.test/rdap/autnum/64500", "",
        "https://two.test/autnum/64510", "https://two.test/autnum/64520", "",
    ]  # fmt: skip


def test_an_encrypted_service_goes_before_a_plain_one_and_plain_ones_are_left_out() -> None:
    services = [["a"], ["http://one.test/", "https://one.test/"]], [["b"], ["http://two.test:8080/"]]
    found = built("dns", *services)
    assert found.domain_url("x.a") == "https://one.test/domain/x.a"
    assert found.domain_url("x.b") == ""
    either = built("dns", *services, encrypted_only=False)
    assert either.domain_url("x.b") == "http://two.test:8080/domain/x.b"
    assert either.domain_url("x.a") == "https://one.test/domain/x.a"


def test_one_file_may_hold_all_four() -> None:
    text = json.dumps({"ipv4": document([[["127.0.0.0/8"], ["http://127.0.0.1:9/"]]]), "dns": document([])})
    found = parse_bootstrap(text, encrypted_only=False)
    assert found.network_url(ipaddress.ip_address("127.77.0.1")) == "http://127.0.0.1:9/ip/127.77.0.1"
    assert found.hosts == {"127.0.0.1"}
    assert found.published == dict.fromkeys(("ipv4", "dns"), datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))


WRONG: dict[str, Any] = {
    "version": {**document([]), "version": "2.0"},
    "publication": {**document([]), "publication": "2026-01-01"},
    "no publication": {**document([]), "publication": 5},
    "services": document({}),
    "three": document([[[], [], []]]),
    "number": document([[[5], [ONE]]]),
    "address": document([[["198.51.100.1/24"], [ONE]]]),
    "other version": document([[["2001:db8::/32"], [ONE]]]),
    "no address": document([[["198.51.100.0/24"], ["nowhere"]]]),
    "list": [],
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        build_bootstrap({"ipv4": copy.deepcopy(WRONG[name])})


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"ipv5": {}}', "[" * 100_000])
def test_a_wrong_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_bootstrap(text)


@pytest.mark.parametrize("numbers", ["5-4", "-1", "4294967296", "a"])
def test_wrong_numbers_are_refused(numbers: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        built("asn", [[numbers], [ONE]])


@pytest.mark.needs("shared")
def test_the_example_of_the_standards_is_read() -> None:
    text = shared("standards", "10c-rdap-asn-securitytxt.md").read_text(encoding="utf-8")
    example = json.loads(text.partition("```json\n")[2].partition("```")[0].replace("…", "x"))
    found = build_bootstrap({"ipv4": example})
    url = found.network_url(ipaddress.ip_address("198.51.100.7"))
    assert url == "https://rdap.example.test/ip/198.51.100.7"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(KINDS), json_values)
def test_any_services_are_read_or_refused(kind: str, services: Any) -> None:
    try:
        found = build_bootstrap({kind: document(services)})
    except ValueError:
        return
    assert kind in found.published


def test_the_shipped_copy_knows_the_registries_of_the_world() -> None:
    shipped = shipped_bootstrap()
    asked = {
        address: shipped.network_url(ipaddress.ip_address(address)).removesuffix(f"ip/{address}")
        for address in ("193.0.6.139", "8.8.8.8", "1.1.1.1", "200.3.14.10", "196.216.2.6", "2001:67c:2e8::1")
    }
    assert asked == {
        "193.0.6.139": "https://rdap.db.ripe.net/",
        "8.8.8.8": "https://rdap.arin.net/registry/",
        "1.1.1.1": "https://rdap.apnic.net/",
        "200.3.14.10": "https://rdap.lacnic.net/rdap/",
        "196.216.2.6": "https://rdap.afrinic.net/rdap/",
        "2001:67c:2e8::1": "https://rdap.db.ripe.net/",
    }
    assert shipped.domain_url("example.com") == "https://rdap.verisign.com/com/v1/domain/example.com"
    assert shipped.network_url(ipaddress.ip_address("127.0.0.1")) == ""
    assert min(shipped.published.values()) >= datetime(2019, 1, 1, tzinfo=UTC)
    assert len(shipped.names) > 1_000


def shipped_documents() -> dict[str, Any]:
    folder = files("tutela.share.notices") / "iana"
    return {kind: json.loads((folder / f"{kind}.json").read_text(encoding="ascii")) for kind in KINDS}


@pytest.fixture
def oracle() -> Iterator[Any]:
    """whoisit with the same files. It names others where it knows none, and says that it is not exact."""
    import whoisit

    tags = {"services": [[["x"], ["TAG"], ["https://x.test/"]]]}
    whoisit.clear_bootstrapping()
    whoisit.load_bootstrap_data({"timestamp": 1, "object": tags, **shipped_documents()}, from_json=False)
    yield whoisit
    whoisit.clear_bootstrapping()


def test_another_reader_of_the_shipped_files_asks_the_same_registries(oracle: Any) -> None:
    shipped, chance = shipped_bootstrap(), random.Random(9224)
    addresses = [ipaddress.ip_address(chance.getrandbits(32)) for _ in range(400)]
    addresses += [ipaddress.ip_address(chance.getrandbits(125) | 1 << 125) for _ in range(400)]
    known = 0
    for address in addresses:
        if not address.is_private:
            _, url, exact = oracle.build_query(query_type="ip", query_value=str(address))
            assert shipped.network_url(address) == (url if exact else "")
            known += exact
    assert known > 300
    for number in [*range(1, 5_000, 7), *range(196_600, 400_000, 997)]:
        _, url, exact = oracle.build_query(query_type="asn", query_value=number)
        assert shipped.autnum_url(number) == (url if exact else "")
    for ending in list(shipped.names)[::10]:
        endpoints, _ = oracle.get_dns_endpoints_for_tld(ending)
        base = shipped.domain_url(f"example.{ending}").removesuffix(f"domain/example.{ending}")
        assert base in {f"{endpoint.rstrip('/')}/" for endpoint in endpoints}
