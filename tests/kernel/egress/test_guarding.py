"""Every row of the address policy, on both families, behind each of the doors that a URL can come through."""

from __future__ import annotations

import ipaddress

import pytest

from tests.kernel.egress.test_addresses import PUBLIC, REFUSED, REFUSED_TOO
from tutela.kernel.egress.addresses import AddressPolicy, networks
from tutela.kernel.egress.guarding import Guard, guard_of
from tutela.kernel.egress.proxies import ProxyFor, SocksProxy
from tutela.kernel.egress.reasons import StoppedError
from tutela.kernel.egress.resolving import FixedResolver
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.egress.urls import UrlError, parse_url

PROXY = SocksProxy(address="127.0.0.1", port=9050)
GOOD = "93.184.216.34"
EVERY_REFUSED = [*REFUSED, *REFUSED_TOO]


def names(*addresses: str) -> FixedResolver:
    return FixedResolver(table={"host.example": [addresses]})


def reason_of(guard: Guard, url: str) -> str:
    """The word with which the guard stops, empty where it lets through."""
    try:
        guard.way(parse_url(url))
    except StoppedError as stopped:
        return stopped.reason
    return ""


def written(address: str) -> str:
    return f"http://[{address}]/" if ":" in address else f"http://{address}/"


@pytest.mark.parametrize("address", EVERY_REFUSED)
def test_a_refused_address_is_refused_written_out_or_resolved_alone_or_among_good_ones(address: str) -> None:
    assert reason_of(Guard(resolver=names(address)), "http://host.example/") == "address_refused"
    for mixed in ((GOOD, address), (address, GOOD), (GOOD, "2606:4700::1111", address)):
        assert reason_of(Guard(resolver=names(*mixed)), "http://host.example/") == "address_refused"
    if "%" in address:
        with pytest.raises(UrlError):
            parse_url(written(address))
    else:
        assert reason_of(Guard(resolver=names()), written(address)) == "address_refused"


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_pinned(address: str) -> None:
    met = str(AddressPolicy().judge(address).address)
    assert Guard(resolver=names()).way(parse_url(written(address))).addresses == (met,)
    assert Guard(resolver=names(address)).way(parse_url("http://host.example/")).addresses == (met,)


def test_the_name_is_asked_once_without_its_dot_and_a_literal_never() -> None:
    table = FixedResolver(table={"host.example": [(GOOD,), ("127.0.0.1",)]})
    assert Guard(resolver=table).way(parse_url("http://host.example./")).addresses == (GOOD,)
    assert len(table.table["host.example"]) == 1
    assert Guard(resolver=names()).way(parse_url(f"http://{GOOD}/")).addresses == (GOOD,)


@pytest.mark.parametrize("port", [0, 1, 22, 25, 79, 81, 442, 444, 8080, 65_535])
def test_a_port_that_is_not_listed_is_refused_before_a_name_is_asked(port: int) -> None:
    assert reason_of(Guard(resolver=names()), f"http://host.example:{port}/") == "port_refused"


def test_a_port_that_is_listed_is_met() -> None:
    guard = Guard(resolver=names(GOOD), ports=(8080,))
    assert guard.way(parse_url("https://host.example:8080/")).addresses == (GOOD,)
    assert reason_of(guard, "http://host.example/") == "port_refused"


@pytest.mark.parametrize(
    ("addresses", "reason"),
    [((), "name_unresolved"), (("not an address",), "address_refused"), (("127.1",), "address_refused"),
     (tuple(f"93.184.216.{n}" for n in range(40)), "address_refused")],
)  # fmt: skip
def test_a_name_server_that_says_nothing_or_nonsense(addresses: tuple[str, ...], reason: str) -> None:
    assert reason_of(Guard(resolver=names(*addresses)), "http://host.example/") == reason
    assert reason_of(Guard(resolver=names(GOOD)), "http://other.example/") == "name_unresolved"


def test_an_onion_name_goes_to_the_proxy_or_nowhere_and_never_to_a_name_server() -> None:
    class Nobody:
        def addresses(self, host: str) -> tuple[str, ...]:
            raise AssertionError("a name server was asked")

    url = parse_url("http://abc.onion./")
    assert reason_of(Guard(resolver=Nobody()), "http://abc.ONION/") == "onion_unavailable"
    way = Guard(resolver=Nobody(), proxy=PROXY).way(url)
    assert (way.proxy, way.addresses) == (PROXY, ())
    everything = Guard(resolver=Nobody(), proxy=PROXY, proxy_for="all")
    assert everything.way(parse_url("http://host.example/")).proxy == PROXY


@pytest.mark.parametrize(
    "name",
    [
        "localhost",
        "a.localhost",
        "printer.local",
        "router.home.arpa",
        "x.alt",
        "metadata.google.internal",
        "intranet",
    ],
)
@pytest.mark.parametrize("proxy_for", ["onion", "all"])
def test_a_name_that_stays_at_home_is_asked_of_nobody(name: str, proxy_for: ProxyFor) -> None:
    guard = Guard(resolver=FixedResolver(table={name: [(GOOD,)]}), proxy=PROXY, proxy_for=proxy_for)
    assert reason_of(guard, f"http://{name}/") == reason_of(guard, f"http://{name}./") == "address_refused"
    assert reason_of(Guard(resolver=names(GOOD)), "http://host.example/") == ""


def test_without_being_told_only_onion_goes_to_the_proxy() -> None:
    way = Guard(resolver=names(GOOD), proxy=PROXY).way(parse_url("http://host.example/"))
    assert (way.proxy, way.addresses) == (None, (GOOD,))


def test_a_literal_is_judged_before_the_proxy_gets_it() -> None:
    guard = Guard(proxy=PROXY, proxy_for="all")
    assert reason_of(guard, "http://10.0.0.1/") == "address_refused"
    way = guard.way(parse_url(f"http://{GOOD}/"))
    assert (way.proxy, way.addresses) == (PROXY, (GOOD,))


def test_an_exception_opens_what_it_names_and_no_more() -> None:
    guard = Guard(policy=AddressPolicy(exceptions=networks(["127.0.0.1/32"])), resolver=names("127.0.0.1"))
    assert reason_of(guard, "http://host.example/") == ""
    assert reason_of(guard, "http://127.0.0.2/") == "address_refused"
    assert str(ipaddress.ip_address(guard.way(parse_url("http://127.0.0.1/")).addresses[0])) == "127.0.0.1"


def test_the_settings_make_a_guard_with_their_ports_and_their_proxy() -> None:
    plain = guard_of(EgressSettings(), resolver=names(GOOD))
    assert plain.way(parse_url("https://host.example/")).addresses == (GOOD,)
    assert reason_of(plain, "https://host.example:8080/") == "port_refused"
    assert reason_of(plain, "http://127.0.0.1/") == "address_refused"
    settings = EgressSettings(ports=(8080,), socks="127.0.0.1:9050", socks_for="all")
    assert guard_of(settings).way(parse_url("https://host.example:8080/")).proxy == PROXY
    own = guard_of(EgressSettings(), policy=AddressPolicy(exceptions=networks(["127.0.0.0/8"])))
    assert own.way(parse_url("http://127.0.0.1/")).addresses == ("127.0.0.1",)
