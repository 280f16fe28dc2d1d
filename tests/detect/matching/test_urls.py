from __future__ import annotations

import hmac
import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared_folder import shared
from tutela.detect.matching import urls
from tutela.detect.matching.urls import canonical, checked, entry_print, expressions, match_prints

SALT = bytes(range(32))


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(
        shared("standards", "reference", "safebrowsing-vectors.json").read_text("utf-8")
    )
    return loaded


def test_canonical_reproduces_every_vector(vectors: dict[str, Any]) -> None:
    found = [(url, str(canonical(url))) for url, _ in vectors["canonicalize"]]
    assert found == [(url, want) for url, want in vectors["canonicalize"]]


def test_canonical_ipv4_reproduces_every_vector(vectors: dict[str, Any]) -> None:
    assert [urls.canonical_ipv4(host) for host, _ in vectors["ipv4"]] == [want for _, want in vectors["ipv4"]]


def test_canonical_ipv6_reproduces_every_vector(vectors: dict[str, Any]) -> None:
    assert [urls.canonical_ipv6(host) for host, _ in vectors["ipv6"]] == [want for _, want in vectors["ipv6"]]


def test_expressions_reproduce_every_vector(vectors: dict[str, Any]) -> None:
    for url, want in vectors["expressions_v4"]:
        assert sorted(expressions(canonical(url))) == sorted(want)


def test_hosts_by_registrable_reproduce_every_vector(vectors: dict[str, Any]) -> None:
    for host, registrable, want in vectors["hosts_v5"]:
        found = urls.hosts_by_registrable(host, {host: registrable}.__getitem__)
        assert found == want


def test_hosts_by_registrable_of_an_address_is_the_address() -> None:
    assert urls.hosts_by_registrable("192.0.2.1", lambda _: "") == ["192.0.2.1"]


def test_digests_of_expressions_are_those_of_the_vectors(vectors: dict[str, Any]) -> None:
    for expression, want in vectors["sha256"].items():
        assert sha256(expression.encode()).hexdigest() == want


#: Threat model section 10.3: what urlsplit and WHATWG disagree about, and what no browser accepts.
DISAGREE = [
    "http://good.example\\@127.0.0.1/",
    "http://127.0.0.1\\@good.example/",
    "http://127.1/",
    "http://0x7f.1/",
    "http://2130706433/",
    "http://127。0。0。1/",
    "http://ⓛocalhost/",
    "http:///127.0.0.1/",
    "http:127.0.0.1",
    "http://good.example%00.evil/",
    "//127.0.0.1/x",
    "http://[fe80::1%25eth0]/",
    "javascript:alert(1)",
    "ftp://good.example/",
    "",
    "http://",
    "http://[::1",
]


@pytest.mark.parametrize("url", DISAGREE)
def test_checked_refuses_what_two_parsers_read_differently(url: str) -> None:
    with pytest.raises(ValueError):
        checked(url)
    with pytest.raises(ValueError):
        match_prints(url, SALT)
    with pytest.raises(ValueError):
        entry_print(url, SALT)


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("http://good.example#@127.0.0.1/", "http://good.example/"),
        ("http://good.example:80@127.0.0.1/", "http://127.0.0.1/"),
        ("http://good.example\t@127.0.0.1/", "http://127.0.0.1/"),
        ("ht\ntp://127.0.0.1/", "http://127.0.0.1/"),
        ("http://good.example%2f@127.0.0.1/", "http://127.0.0.1/"),
        ("HTTP://GOOD.example:080/a/../b?x#y", "http://good.example/b?x"),
        (" https://good.example/\u202egpj.exe", "https://good.example/%E2%80%AEgpj.exe"),
        ("http://[::ffff:7f00:1]/", "http://127.0.0.1/"),
        ("http://[2001:0DB8:0::1]/x", "http://[2001:db8::1]/x"),
        ("good.example:8080/x", "http://good.example/x"),
        ("http://bücher.example/é", "http://xn--bcher-kva.example/%C3%A9"),
        ("http://good.example/a\\b/%2e%2e/C?Q", "http://good.example/a/C?Q"),
        ("http://good.example/a%2F..%2Fb", "http://good.example/b"),
    ],
)
def test_checked_accepts_what_both_parsers_read_alike(url: str, wanted: str) -> None:
    assert str(checked(url)) == wanted


def test_canonical_keeps_upper_and_lower_case_of_path_and_query() -> None:
    # threatexchange lower-cases both, although they are case-sensitive (style.md section 3).
    assert str(canonical("http://Good.Example/Path?Query=A")) == "http://good.example/Path?Query=A"


def test_match_prints_hold_the_listed_page_its_folder_and_its_host() -> None:
    asked = match_prints("https://user@www.site.example:8443/a/b/page.html?id=7#top", SALT)
    for listed in (
        "http://www.site.example/a/b/page.html?id=7",
        "www.site.example/a/b/page.html",
        "www.site.example/a/b/",
        "www.site.example/a/",
        "site.example",
    ):
        assert entry_print(listed, SALT) in asked
    for other in ("http://www.site.example/a/b/page.html?id=8", "www.site.example/a/b/other.html", "example"):
        assert entry_print(other, SALT) not in asked


def test_entry_print_is_keyed_by_the_list() -> None:
    url = "http://site.example/x"
    assert entry_print(url, SALT) == hmac.digest(SALT, b"site.example/x", "sha256")
    assert entry_print(url, SALT) != entry_print(url, bytes(32))


def test_canonical_refuses_endless_input() -> None:
    with pytest.raises(ValueError, match="longer"):
        canonical("http://site.example/" + "a" * urls.URL_CHARACTERS_MAX)
    with pytest.raises(ValueError, match="too many times"):
        canonical("http://site.example/%" + "25" * (urls.UNESCAPE_ROUNDS_MAX + 1))


LABEL = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=8).map(lambda text: f"a{text}z")
HOST = st.lists(LABEL, min_size=2, max_size=7).map(".".join)
TEXT = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x2FF, exclude_characters="\\"), max_size=30)


@given(HOST, TEXT)
def test_canonical_is_stable(host: str, tail: str) -> None:
    once = canonical(f"http://{host}/{tail}")
    assert str(canonical(str(once))) == str(once)
    assert once.host == host


@given(HOST, TEXT)
def test_a_listed_url_is_always_among_its_own_prints(host: str, tail: str) -> None:
    url = f"http://{host}/{tail}"
    asked = match_prints(url, SALT)
    assert entry_print(url, SALT) == asked[0]
    assert len(asked) == len(set(asked)) <= 30


@given(st.text(max_size=60))
def test_canonical_of_anything_is_a_url_or_a_value_error(text: str) -> None:
    try:
        found = canonical(text)
    except ValueError:
        return
    assert found.host
    assert found.path.startswith("/")


def test_canonical_walks_up_and_refuses_what_has_no_host() -> None:
    assert str(canonical("http://a.test/b/./c/../d")).endswith("a.test/b/d")
    with pytest.raises(ValueError, match="no host"):
        canonical("http://...")
