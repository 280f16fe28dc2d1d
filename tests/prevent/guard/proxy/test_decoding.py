from __future__ import annotations

import gzip
import random
import time
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from tutela.prevent.guard.proxy.decoding import Chain, decodable, decoded, layers


def _raw_deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


ENCODERS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress),
    ("x-gzip", lambda content: gzip.compress(content[:10]) + gzip.compress(content[10:])),
    ("deflate", zlib.compress),
    ("deflate", _raw_deflate),
    ("br", brotli.compress),
    ("zstd", zstandard.compress),
    ("identity", bytes),
    ("", bytes),
    ("gzip, br", lambda content: brotli.compress(gzip.compress(content))),
]
MOST = 5_000_000
each_encoding = pytest.mark.parametrize(("header", "encode"), ENCODERS)


@each_encoding
@given(content=st.binary(max_size=3000))
def test_what_was_encoded_comes_back(header: str, encode: Callable[[bytes], bytes], content: bytes) -> None:
    assert decoded(encode(content), header, MOST) == content


@each_encoding
def test_large_bodies_come_back_and_not_one_byte_beyond_the_limit(
    header: str, encode: Callable[[bytes], bytes]
) -> None:
    content = bytes(range(256)) * 12_000
    assert decoded(encode(content), header, len(content)) == content
    if header not in {"", "identity"}:
        with pytest.raises(ValueError, match="more than"):
            decoded(encode(content), header, len(content) - 1)


@each_encoding
@given(cuts=st.lists(st.integers(0, 900), max_size=4).map(sorted))
def test_pieces_give_what_the_whole_gives(
    header: str, encode: Callable[[bytes], bytes], cuts: list[int]
) -> None:
    content = b"some words, some words, some more words " * 20
    raw, chain = encode(content), Chain(header)
    pieces = [raw[start:end] for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True)]
    assert b"".join(one for piece in pieces for one in chain.feed(piece)) == content
    assert chain.finished


@pytest.mark.parametrize("header", ["gzip", "deflate", "br", "zstd"])
def test_what_is_cut_off_or_nothing_of_the_kind_is_refused(header: str) -> None:
    encode = dict(ENCODERS[:1] + ENCODERS[2:3] + ENCODERS[4:6])[header]
    raw = encode(bytes(range(256)) * 40)
    for broken in (raw[: len(raw) // 2], b"\x07nothing of the kind" * 20):
        with pytest.raises(ValueError, match=r"cut off|not what"):
            decoded(broken, header, MOST)


@pytest.mark.parametrize("first", [b"", b"words" * 3_000, bytes(range(256)) * 90])
def test_a_second_frame_of_zstd_that_a_browser_would_undo_is_refused(first: bytes) -> None:
    with pytest.raises(ValueError, match="not what"):
        decoded(zstandard.compress(first) + zstandard.compress(b"a picture"), "zstd", MOST)


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_second_member_of_gzip_is_undone_wherever_the_pieces_end(cut: int) -> None:
    raw, chain = gzip.compress(b"one") + gzip.compress(b"two"), Chain("gzip")
    at = len(gzip.compress(b"one")) - 5 + cut
    assert b"".join(one for piece in (raw[:at], raw[at:]) for one in chain.feed(piece)) == b"onetwo"
    assert decoded(gzip.compress(b"one") + b"\0" * 40_000, "gzip", MOST) == b"one"


def test_many_members_that_give_nothing_take_no_time() -> None:
    began = time.process_time()
    assert decoded(gzip.compress(b"") * 150_000, "gzip", MOST) == b""
    assert time.process_time() - began < 3


@pytest.mark.parametrize(("outer", "pack"), [("zstd", zstandard.compress), ("br", brotli.compress)])
def test_an_encoding_gives_not_much_more_to_the_one_below_it_than_came(
    outer: str, pack: Callable[[bytes], bytes]
) -> None:
    nothing = gzip.compress(b"")
    with pytest.raises(ValueError, match="too much"):
        decoded(pack(nothing * 60_000), f"gzip, {outer}", MOST)
    assert decoded(pack(nothing * 20_000), f"gzip, {outer}", MOST) == b""
    assert decoded(pack(bytes(MOST)), f"identity, {outer}", MOST) == bytes(MOST)
    noise = random.Random(1).randbytes(3_000_000)
    assert decoded(pack(gzip.compress(noise, 1)), f"gzip, {outer}", MOST) == noise


def test_only_known_encodings_are_undone() -> None:
    assert layers(" GZIP , br") == ["br", "gzip"]
    assert decodable("") and decodable("zstd")
    assert not any(decodable(one) for one in ("dcb", "aes128gcm", "gzip, gzip, gzip", "utf8"))
