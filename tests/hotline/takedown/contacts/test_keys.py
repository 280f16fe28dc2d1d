"""What a contact is for: written in one way, and digested where it would say where something was."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.hotline.cases.index_key import IndexKey
from tutela.hotline.takedown.contacts.keys import parse_key, stored_key
from tutela.kernel.errors import Invalid

KEY = IndexKey(raw=b"k" * 32)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("as:64500", "as:64500"),
        (" AS:as64500 ", "as:64500"),
        ("proxy:Some Shield", "proxy:Some Shield"),
        ("mail:Abuse@Hoster.test", "mail:abuse@hoster.test"),
        ("country:nl", "country:NL"),
        ("engine:Some Search", "engine:Some Search"),
        ("host:Pictures.Site.TEST.", "host:pictures.site.test"),
        ("site:site.test", "site:site.test"),
        ("address:2001:DB8:0::7", "address:2001:db8::7"),
        ("network:198.51.100.0 - 198.51.100.255", "network:198.51.100.0-198.51.100.255"),
    ],
)
def test_a_key_is_written_as_look_ups_write_it(text: str, key: str) -> None:
    assert parse_key(text) == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "country:Netherlands",
        "country:N1",
        "engine:",
        "as:",
        "as:0",
        "as:4294967296",
        "asn:1",
        "host:a b",
        "address:x",
        "network:1.2.3.4",
        "mail:x",
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_key(text)


@given(st.text(max_size=40))
def test_any_text_is_a_key_or_refused(text: str) -> None:
    for kind in ("", "host:", "as:", "network:", "mail:", "proxy:", "country:", "engine:"):
        with suppress(Invalid):
            assert parse_key(kind + text)


@pytest.mark.parametrize("key", ["as:64500", "proxy:Shield", "mail:abuse@hoster.test", "country:NL"])
def test_what_names_no_place_stands_in_the_clear(key: str) -> None:
    assert stored_key(key, KEY) == key


@pytest.mark.parametrize("key", ["host:a.test", "site:a.test", "address:198.51.100.7", "network:1-2"])
def test_what_names_a_place_is_digested_under_the_index_key(key: str) -> None:
    kind, text = key.split(":", 1)
    stored = stored_key(key, KEY)
    assert stored.startswith(f"{kind}:") and text not in stored and len(stored) == len(kind) + 65
    assert stored != stored_key(key, IndexKey(raw=b"o" * 32))
