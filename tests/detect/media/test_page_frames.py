"""The wire of the page worker: every part comes back, and nothing else is taken for one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.media import page_frames
from tutela.detect.media.page_encodings import CODECS
from tutela.detect.media.page_reading import RawEmbedded, RawInline, RawLink, RawPage
from tutela.detect.media.page_shapes import DROPPED, EMBEDDED_KINDS, RELATIONS, WHERES

ADDRESSES = st.text("abc:/.%-", min_size=1, max_size=60)
EMBEDDED = st.builds(
    RawEmbedded,
    address=ADDRESSES,
    kind=st.sampled_from(EMBEDDED_KINDS),
    where=st.sampled_from(WHERES),
    linked=st.booleans(),
)
LINKS = st.builds(
    RawLink,
    address=ADDRESSES,
    has_thumbnail=st.booleans(),
    rel=st.sets(st.sampled_from(RELATIONS)).map(
        lambda words: tuple(one for one in RELATIONS if one in words)
    ),
)
INLINE = st.builds(
    RawInline,
    kind=st.sampled_from(EMBEDDED_KINDS),
    size_bytes=st.integers(0, 1 << 40),
    sha256=st.binary(min_size=32, max_size=32),
)
HEADS = st.builds(
    RawPage,
    title=st.text(max_size=30),
    text_bytes=st.integers(0, 1 << 40),
    text_digest=st.binary(min_size=32, max_size=32),
    text_simhash=st.integers(0, (1 << 64) - 1),
    language=st.text("abc-", max_size=10),
    encoding=st.sampled_from(sorted(CODECS)),
    password_field=st.booleans(),
    refresh=ADDRESSES | st.just(""),
)
PARSERS: tuple[Callable[[bytes], object], ...] = (
    page_frames.parse_head,
    page_frames.parse_embedded,
    page_frames.parse_inline,
    page_frames.parse_link,
    page_frames.parse_drop,
)


@given(EMBEDDED, LINKS, INLINE, HEADS, st.sampled_from(DROPPED), st.integers(0, 1 << 32))
def test_every_part_comes_back(
    one: RawEmbedded, link: RawLink, inline: RawInline, head: RawPage, reason: str, count: int
) -> None:
    assert page_frames.parse_embedded(page_frames.render_embedded(one)) == one
    assert page_frames.parse_link(page_frames.render_link(link)) == link
    assert page_frames.parse_inline(page_frames.render_inline(inline)) == inline
    assert page_frames.parse_head(page_frames.render_head(head)) == head
    said = page_frames.parse_drop(page_frames.render_drop(reason, count))  # type: ignore[arg-type]
    assert said == (reason, min(count, (1 << 32) - 1))


@pytest.mark.parametrize("parse", PARSERS)
@given(data=st.binary(max_size=120))
def test_garbage_is_refused_or_in_range(parse: Callable[[bytes], object], data: bytes) -> None:
    try:
        parse(data)
    except ValueError:
        return


@given(EMBEDDED, st.data())
def test_a_changed_byte_is_refused_or_in_range(one: RawEmbedded, data: st.DataObject) -> None:
    message = bytearray(page_frames.render_embedded(one))
    message[data.draw(st.integers(0, len(message) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        found = page_frames.parse_embedded(bytes(message))
    except ValueError:
        return
    assert found.kind in EMBEDDED_KINDS


def test_an_address_is_bounded() -> None:
    long = RawLink(address="x" * (page_frames.ADDRESS_BYTES_MAX + 1), has_thumbnail=False, rel=())
    with pytest.raises(ValueError, match="length"):
        page_frames.parse_link(page_frames.render_link(long))


def test_the_head_comes_first() -> None:
    page = RawPage(encoding="utf-8", text_digest=bytes(32))
    assert [number for number, _ in page_frames.frames_of(page)] == [page_frames.HEAD]
