"""The list and the fetcher read a URL alike (threat ST-02): what is fetched is listed under the same host."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernel.egress.test_urls import AGREED, PIECES, REFUSED, REFUSED_TOO
from tutela.detect.matching.urls import checked
from tutela.kernel.egress.urls import UrlError, parse_url


def same_host(listed: str, fetched: str) -> bool:
    """Lists write an IPv4 address inside IPv6 as IPv4, and drop the dot at the end (11b.1, step 4)."""
    try:
        met = ipaddress.ip_address(fetched)
    except ValueError:
        return listed == fetched.removesuffix(".")
    inner = getattr(met, "ipv4_mapped", None)
    if met.version == 6 and met in ipaddress.ip_network("64:ff9b::/96"):
        inner = ipaddress.ip_address(int(met) & 0xFFFFFFFF)
    return ipaddress.ip_address(listed.strip("[]")) == (inner or met)


@pytest.mark.parametrize("text", AGREED)
def test_what_both_parsers_see_alike_is_listed_under_the_host_that_is_fetched(text: str) -> None:
    assert same_host(checked(text).host, parse_url(text).host)


@pytest.mark.parametrize(
    "text", [text for text, word in (REFUSED | REFUSED_TOO).items() if word == "url_disputed"]
)
def test_what_is_disputed_is_neither_listed_nor_fetched(text: str) -> None:
    with pytest.raises(UrlError):
        parse_url(text)
    with pytest.raises(ValueError):
        checked(text)


@settings(max_examples=300)
@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map(lambda pieces: "http://" + "".join(pieces))
)
def test_whatever_is_fetched_is_listed_under_the_same_host(text: str) -> None:
    try:
        fetched = parse_url(text)
    except UrlError:
        return
    assert same_host(checked(text).host, fetched.host)
