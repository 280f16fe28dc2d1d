"""Addresses inside attributes and style sheets, as browsers find them; garbage takes no time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.media.page_sources import css_addresses, largest_of_srcset, refresh_address


@pytest.mark.parametrize(
    ("srcset", "address"),
    [
        ("", ""),
        ("a.jpg", "a.jpg"),
        ("a.jpg 1x, b.jpg 2x", "b.jpg"),
        ("a.jpg 640w, b.jpg 1280w, c.jpg 320w", "b.jpg"),
        ("a.jpg, b.jpg 3x", "b.jpg"),
        ("a,b.jpg 100w, c.jpg 20w", "a,b.jpg"),
        (" , a.jpg 2x,, ", "a.jpg"),
        ("a.jpg 100w 50h, b.jpg 90w 900h", "a.jpg"),
        ("a.jpg nonsense", "a.jpg"),
    ],
)
def test_the_largest_of_several(srcset: str, address: str) -> None:
    assert largest_of_srcset(srcset) == address


@pytest.mark.parametrize(
    ("style", "addresses"),
    [
        ("background: url(a.png)", ["a.png"]),
        ("background: URL( 'a b.png' ) , url(\"c.png\")", ["a b.png", "c.png"]),
        ("@font-face{src:url(f.woff2?v=1)} @import url(x.css)", []),
        ("url()", []),
        ("url(" * 5, []),
    ],
)
def test_pictures_of_a_style_sheet(style: str, addresses: list[str]) -> None:
    assert css_addresses(style) == addresses


@pytest.mark.parametrize(
    ("content", "address"),
    [
        ("5", ""),
        ("5; url=/next", "/next"),
        ("0;URL='https://host.test/'", "https://host.test/"),
        ("0, next.html", "next.html"),
        ("", ""),
    ],
)
def test_where_a_page_leads_by_itself(content: str, address: str) -> None:
    assert refresh_address(content) == address


@given(st.text(st.sampled_from("abc url()'\",;0123wx \n"), max_size=500))
def test_whatever_stands_there_is_read_in_the_end(text: str) -> None:
    assert largest_of_srcset(text) in text
    assert all(address in text for address in css_addresses(text))
    assert refresh_address(text) in text


@pytest.mark.parametrize(
    "text", ["a ," * 500_000, "url(" * 300_000, "url('" * 200_000, ", " * 500_000, "0;" * 500_000]
)
def test_a_million_characters_take_no_time(text: str) -> None:
    began = time.monotonic()
    largest_of_srcset(text)
    css_addresses(text)
    refresh_address(text)
    assert time.monotonic() - began < 5.0
