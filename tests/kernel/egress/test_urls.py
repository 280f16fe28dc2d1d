"""Two parsers must see the same place; else the URL is refused (threat model ST-02 and section 10.3)."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

import ada_url
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.egress.urls import Url, UrlError, comparable_host, join_url, parse_url, read_url
from tutela.kernel.errors import Invalid

#: Section 10.3, every row that does not agree, is no URL, or carries what is never sent.
REFUSED = {
    "http://good.example\\@127.0.0.1/": "url_disputed",
    "http://127.0.0.1\\@good.example/": "url_disputed",
    "http://good.example:80@127.0.0.1/": "url_credentials",
    "http://127.1/": "url_disputed",
    "http://0x7f.1/": "url_disputed",
    "http://2130706433/": "url_disputed",
    "http://127。0。0。1/": "url_disputed",
    "http://ⓛocalhost/": "url_disputed",
    "http://good.example\t@127.0.0.1/": "url_unreadable",
    "ht\ntp://127.0.0.1/": "url_unreadable",
    "http:///127.0.0.1/": "url_disputed",
    "http:127.0.0.1": "url_disputed",
    "http://good.example%00.evil/": "url_unreadable",
    "http://good.example%2f@127.0.0.1/": "url_credentials",
    "//127.0.0.1/x": "url_unreadable",
    "http://[fe80::1%25eth0]/": "url_unreadable",
}
#: What section 10.3 does not name.
REFUSED_TOO = {
    "": "url_unreadable",
    "good.example": "url_unreadable",
    "file:///etc/passwd": "url_scheme",
    "javascript:alert(1)": "url_scheme",
    "data:text/plain,x": "url_scheme",
    "ftp://good.example/": "url_scheme",
    "http://@good.example/": "url_credentials",
    "http://a:b@good.example/": "url_credentials",
    "http://127.0.0.1./": "url_disputed",
    "http://0177.0.0.1/": "url_disputed",
    "http://1.2.3/": "url_disputed",
    "http://①②⑦.⓪.⓪.①/": "url_disputed",
    "http://１２７.0.0.1/": "url_disputed",
    "http://%31%32%37.0.0.1/": "url_disputed",
    "http://ex%41mple.com/": "url_disputed",
    "http://good.exa\u00admple/": "url_disputed",
    "http:\\\\good.example/": "url_disputed",
    "http://good.example:99999/": "url_unreadable",
    "http://good.example:8x/": "url_unreadable",
    "http://a..example/": "url_host",
    "http://a!b.example/": "url_host",
    "http://a$.example/": "url_host",
    "http://*.example/": "url_host",
    f"http://{'a' * 64}.example/": "url_host",
    f"http://{'.'.join(['abcdefg'] * 32)}/": "url_host",
    "http://good.example/\x00": "url_unreadable",
    "http://good.example/\x7f": "url_unreadable",
    "http://good.example/\x85": "url_unreadable",
    "http://good.example/" + "a" * 8_000: "url_unreadable",
    "http://good.example/" + "é" * 2_000: "url_unreadable",
    "http://good.example/\ud800": "url_unreadable",
    "http://[::1/": "url_unreadable",
    "http://[1.2.3.4]/": "url_unreadable",
}
AGREED = {
    "http://good.example#@127.0.0.1/": ("good.example", 80, "/"),
    "HTTP://GOOD.example:080/a/../b?x#y": ("good.example", 80, "/b?x"),
    "http://[::ffff:7f00:1]/": ("::ffff:7f00:1", 80, "/"),
    "http://[::ffff:127.0.0.1]/": ("::ffff:7f00:1", 80, "/"),
    "https://good.example.:8443/a b": ("good.example.", 8443, "/a%20b"),
    "http://bücher.example/": ("xn--bcher-kva.example", 80, "/"),
    "http://BÜCHER.example/": ("xn--bcher-kva.example", 80, "/"),
    "http://faß.example/": ("xn--fa-hia.example", 80, "/"),
    "http://a_b.example:/": ("a_b.example", 80, "/"),
    "http://good.example/a\\b": ("good.example", 80, "/a/b"),
    "http://127.0.0.1/": ("127.0.0.1", 80, "/"),
    "http://localhost:22/": ("localhost", 22, "/"),
}


@pytest.mark.parametrize(("text", "reason"), (REFUSED | REFUSED_TOO).items())
def test_disputed_or_wrong_url_is_refused_with_its_word(text: str, reason: str) -> None:
    with pytest.raises(UrlError) as caught:
        parse_url(text)
    assert caught.value.reason == reason


@pytest.mark.parametrize(("text", "seen"), AGREED.items())
def test_url_that_both_see_alike_is_kept_in_both_forms(text: str, seen: tuple[str, int, str]) -> None:
    url = parse_url(text)
    assert (url.host, url.port, url.target) == seen
    assert url.raw == text
    assert "#" not in url.canonical
    assert parse_url(url.canonical).canonical == url.canonical


def test_url_says_what_a_request_needs() -> None:
    url = parse_url("https://good.example.:8443/x")
    assert (url.encrypted, url.name, url.authority) == (True, "good.example", "good.example.:8443")
    assert parse_url("http://[2606:4700::1]/").authority == "[2606:4700::1]"
    assert parse_url("http://[2606:4700::1]/").literal == ipaddress.ip_address("2606:4700::1")
    assert url.literal is None
    assert not parse_url("http://good.example/").encrypted


@pytest.mark.parametrize(
    ("host", "is_onion"),
    [
        ("abc.onion", True),
        ("a.ABC.Onion.", True),
        ("onion", True),
        ("onion.example", False),
        ("abconion", False),
    ],
)
def test_onion_names_are_known(host: str, is_onion: bool) -> None:
    assert parse_url(f"http://{host}/").is_onion is is_onion


def test_an_address_does_not_show_in_repr() -> None:
    url = parse_url("https://secret.example/secret?secret=1")
    assert "secret" not in repr(url)


def test_an_edge_gets_an_error_of_the_family() -> None:
    with pytest.raises(Invalid, match="two parsers disagree") as caught:
        read_url("http://127.1/", field="address")
    assert caught.value.field == "address"
    assert read_url("http://good.example/").host == "good.example"


@pytest.mark.parametrize(
    ("location", "canonical"),
    [
        ("/x", "https://good.example/x"),
        ("x?y#z", "https://good.example/a/x?y"),
        ("//other.example/x", "https://other.example/x"),
        ("http://other.example", "http://other.example/"),
        ("", "https://good.example/a/b?c"),
        ("/straße", "https://good.example/stra%C3%9Fe"),
    ],
)
def test_redirect_leads_where_both_parsers_say(location: str, canonical: str) -> None:
    base = parse_url("https://good.example/a/b?c#d")
    joined = join_url(base, location)
    assert (joined.raw, joined.canonical) == (location, canonical)


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("\\\\evil.example/", "url_disputed"),
        ("/\\evil.example/", "url_disputed"),
        ("///evil.example/", "url_disputed"),
        ("https:evil.example", None),
        ("http:evil.example", "url_disputed"),
        ("javascript:alert(1)", "url_scheme"),
        ("//a@evil.example/", "url_credentials"),
        ("/x\r\nSet-Cookie: a=b", "url_unreadable"),
        ("http://[::1", "url_unreadable"),
        ("//127.1/", "url_disputed"),
        ("//evil!.example/", "url_host"),
    ],
)
def test_redirect_that_is_read_in_two_ways_is_refused(location: str, reason: str | None) -> None:
    base = parse_url("https://good.example/a/b")
    if reason is None:
        assert join_url(base, location).host == "good.example"
        return
    with pytest.raises(UrlError) as caught:
        join_url(base, location)
    assert caught.value.reason == reason


def test_a_host_is_compared_in_one_form() -> None:
    assert comparable_host("BÜCHER.Example") == "xn--bcher-kva.example"
    assert comparable_host("[2606:4700:0:0::1]") == "2606:4700::1"
    with pytest.raises(ValueError):
        comparable_host("[:x:]")


PIECES = [
    *("http:", "https:", "//", "/", "\\", "@", ":", "80", "#", "?", ".", "..", "[", "]", "\t", " "),
    *("127.0.0.1", "127.1", "0x7f", "good.example", "localhost", "[::1]", "xn--"),
    *("%2f", "%31", "。", "①", "é", "\u00ad"),
]


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join) | st.text(max_size=40))
def test_what_is_accepted_has_one_host_for_both_parsers_and_for_the_next_reader(text: str) -> None:
    """Whatever is accepted: both parsers name its host, and its canonical form is read the same again."""
    try:
        url = parse_url(text)
    except UrlError:
        return
    assert_one_place(url, urlsplit(text).hostname or "")


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join))
def test_what_a_redirect_leads_to_is_read_the_same_again(location: str) -> None:
    try:
        url = join_url(parse_url("https://base.example/a/"), location)
    except UrlError:
        return
    again = parse_url(url.canonical)
    assert (again.host, again.port, again.target, again.scheme) == (
        url.host,
        url.port,
        url.target,
        url.scheme,
    )


def assert_one_place(url: Url, second: str) -> None:
    again = ada_url.URL(url.canonical)
    assert again.hostname.strip("[]") == url.host == comparable_host(second)
    assert again.href == url.canonical
    assert not again.username
    assert url.target.isascii()
    assert " " not in url.target
