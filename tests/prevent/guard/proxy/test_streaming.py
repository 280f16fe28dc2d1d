from __future__ import annotations

import base64
import gzip
import random
import time
from collections.abc import Callable

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy.http import Response

from tests.prevent.guard.proxy.conftest import SHOWN
from tutela.prevent.guard.carriers import blanks
from tutela.prevent.guard.carriers.kinds import HEAD_BYTES
from tutela.prevent.guard.proxy.streaming import (
    EVENT_BYTES_MAX,
    PART_BYTES,
    UNPACKED_BYTES_MAX,
    WITHHELD_BYTES_MAX,
    Bounded,
    Events,
    Instead,
    Watched,
)

OTHER = b"\0\1\2\3" * 5_000
FILM = b"\0\0\0\x20ftypisom" + bytes(9_000)
PICTURE = b"data:image/png;base64," + base64.b64encode(SHOWN)


def watched(body: bytes, size: int, declared: str = "", encoding: str = "") -> tuple[bytes, int]:
    """(what passes, how many blocks) of a body in pieces of ``size``."""
    blocks: list[None] = []
    stream = Watched(declared, encoding, held=lambda: blocks.append(None))
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    passed = b"".join(one for piece in [*pieces, b""] for one in stream(piece))
    assert stream.broken == bool(blocks)
    return passed, len(blocks)


@pytest.mark.parametrize("size", [1, 100, HEAD_BYTES - 1, HEAD_BYTES, 50_000])
def test_what_is_no_picture_passes_byte_for_byte(size: int) -> None:
    assert watched(OTHER, size) == (OTHER, 0)
    assert watched(OTHER[:50], size) == (OTHER[:50], 0)
    packed = gzip.compress(OTHER)
    assert watched(packed, size, "application/zip", "gzip") == (packed, 0)


@pytest.mark.parametrize("size", [1, 100, HEAD_BYTES, 50_000])
@pytest.mark.parametrize(
    "body", [SHOWN, SHOWN + OTHER, b"<svg xmlns='x'>" + b" " * 9_000, FILM, FILM.replace(b"ftyp", b"styp")]
)
def test_of_a_picture_or_film_not_one_byte_passes(size: int, body: bytes) -> None:
    assert watched(body, size) == (b"", 1)
    assert watched(gzip.compress(body), size, "", "gzip") == (b"", 1)


#: Letters that pack badly, so that what is packed begins with blocks of their full size.
NOISE = bytes(random.Random(1).choices(range(60), k=300_000))
SLOW_STARTS = [
    ("zstd", zstandard.compress),
    ("gzip", lambda body: gzip.compress(b"") * 300 + gzip.compress(body)),
    ("br, zstd", lambda body: zstandard.compress(brotli.compress(body))),
]


@pytest.mark.parametrize("size", [700, HEAD_BYTES, 50_000])
@pytest.mark.parametrize(("encoding", "pack"), SLOW_STARTS)
def test_an_encoding_that_gives_nothing_at_first_is_waited_for(
    size: int, encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    octets = "application/octet-stream"
    assert watched(pack(SHOWN[:40] + NOISE), size, octets, encoding) == (b"", 1)
    packed = pack(b"\0\1\2\3" + NOISE)
    assert watched(packed, size, octets, encoding) == (packed, 0)


@pytest.mark.parametrize(("more", "blocks"), [(-1, 0), (1, 1)])
def test_no_more_is_waited_for_than_has_room(more: int, blocks: int) -> None:
    empty = gzip.compress(b"")
    counted: list[None] = []
    stream = Watched("application/zip", "gzip", held=lambda: counted.append(None))
    assert stream(empty * (WITHHELD_BYTES_MAX // len(empty) + more)) == []
    assert len(counted) == blocks


@pytest.mark.parametrize("encoding", ["gzip", "zstd", "br"])
def test_a_start_that_is_cut_off_is_broken_off(encoding: str) -> None:
    pack = {"gzip": gzip.compress, "zstd": zstandard.compress, "br": brotli.compress}[encoding]
    packed = pack(NOISE[:3_000])
    assert watched(packed, 700, "application/zip", encoding) == (packed, 0)
    assert watched(packed[:-9], 700, "application/zip", encoding) == (b"", 1)


@pytest.mark.parametrize(
    "start", [b"<!DOCTYPE html>", b" \n<html>\0", b"<body>", b"<?xml?>", b"\xef\xbb\xbf<p>"]
)
def test_a_page_that_nobody_declares_is_broken_off_unless_it_is_a_file(start: bytes) -> None:
    page = start + b"<img src='" + blanks.RASTER_ADDRESS + b"'>" * 2_000
    for declared, blocks in (("", 1), ("*/*", 1), ("application/octet-stream", 0), ("text/html", 0)):
        assert watched(page, 700, declared) == ((b"" if blocks else page), blocks)
    assert watched(b"one < two" * 900, 700, "")[1] == 0
    file = Watched("", "", held=lambda: None, attachment=True)
    assert b"".join(file(page)) == page


def test_what_was_kept_together_goes_on_in_parts() -> None:
    body = OTHER * 10
    parts = Watched("", "", held=lambda: None)(body)
    assert b"".join(parts) == body
    assert len(parts) > 1 and max(map(len, parts)) == PART_BYTES


def test_sound_passes_in_the_containers_of_films() -> None:
    assert watched(FILM, 900, "audio/mp4") == (FILM, 0)


def test_what_cannot_be_told_is_broken_off() -> None:
    assert watched(b"no gzip" * 900, 900, "", "gzip") == (b"", 1)


def test_instead_sends_its_content_once() -> None:
    stream = Instead(b"blank")
    assert [stream(one) for one in (b"a", b"b", b"")] == [[b"blank"], [], []]


def events(body: bytes, cuts: list[int], encoding: str = "") -> tuple[bytes, int]:
    blocks: list[None] = []
    stream = Events(encoding, segments_pass=False, held=lambda: blocks.append(None))
    pieces = [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    return b"".join(one for piece in [*filter(None, pieces), b""] for one in stream(piece)), len(blocks)


@given(st.lists(st.integers(0, 300), max_size=6).map(sorted), st.sampled_from(["\n\n", "\r\n\r\n", "\r\r"]))
def test_events_pass_with_blanks_however_they_are_cut(cuts: list[int], end: str) -> None:
    form = f"data: one{end}data: {{}}{end}data: last".encode()
    body = form.replace(b"{}", PICTURE)
    assert events(body, cuts) == (form.replace(b"{}", blanks.RASTER_ADDRESS), 1)


def test_an_event_goes_on_as_soon_as_it_is_whole() -> None:
    stream = Events("", segments_pass=False, held=lambda: None)
    assert stream(b"data: one\n\ndata: tw") == [b"data: one\n\n"]
    assert stream(b"o\n") == []
    assert stream(b"\n") == [b"data: two\n\n"]


def test_a_large_event_in_pieces_of_a_byte_takes_no_long_time() -> None:
    stream = Events("", segments_pass=False, held=lambda: None)
    assert stream(b"data: " + b"a" * (EVENT_BYTES_MAX - 20_000)) == []
    began = time.thread_time()
    assert [stream(b"b") for _ in range(2_000)] == [[]] * 2_000
    assert time.thread_time() - began < 1
    assert len(stream(b"\n") + stream(b"\n")) == 1


def test_an_event_without_an_end_is_dropped_with_all_that_follows() -> None:
    body = b"data: " + b"a" * EVENT_BYTES_MAX + b"\n\n"
    assert events(body[:-2] + b"bcd", [10]) == (b"", 1)
    assert events(b"no gzip at all", [], "gzip") == (b"", 1)
    for size, blocks in ((UNPACKED_BYTES_MAX, 0), (UNPACKED_BYTES_MAX + 11, 1)):
        many = gzip.compress(b"data: one\n\n" * (size // 11))
        assert events(many, [], "gzip")[1] == blocks
    packed = gzip.compress(b"data: one\n\n")
    assert events(packed, [5], "gzip") == (b"data: one\n\n", 0)


def test_a_bounded_answer_asks_what_passes_only_when_it_grew_too_large() -> None:
    asked: list[Response] = []

    def beyond(response: Response) -> Instead:
        asked.append(response)
        return Instead(b"blank")

    bounded = Bounded.of(Response.make(200, b"x", {"X": "y"}), beyond)
    assert (bounded.stream, bounded.headers["X"], asked) == (False, "y", [])
    assert Bounded.of(Response.make(200), beyond, bytes_max=7).bytes_max == 7
    bounded.stream = True
    assert bounded.stream(b"a") == [b"blank"]
    assert asked == [bounded]
