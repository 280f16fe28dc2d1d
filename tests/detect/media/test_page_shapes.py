"""What a page is: its values show no address, and its signs of text can be compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.media.page_shapes import Embedded, Link, Page, simhash_distance_bits
from tutela.kernel.egress.urls import parse_url

BITS = st.integers(0, (1 << 64) - 1)


@given(BITS, BITS)
def test_distance_counts_the_bits_that_differ(one: int, other: int) -> None:
    assert (
        simhash_distance_bits(one, other) == bin(one ^ other).count("1") == simhash_distance_bits(other, one)
    )


@pytest.mark.parametrize("word", ["host.test", "secret-title"])
def test_nothing_of_a_page_shows_in_its_repr(word: str) -> None:
    url = parse_url("https://host.test/a")
    page = Page(
        title="secret-title",
        text_bytes=1,
        text_digest=b"",
        text_simhash=0,
        language="",
        encoding="utf-8",
        password_field=False,
        refresh=url,
        embedded=(Embedded(url=url, kind="picture", where="img"),),
        links=(Link(url=url, has_thumbnail=True),),
    )
    assert word not in repr(page)
