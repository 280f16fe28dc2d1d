from __future__ import annotations

import gzip
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
    assert b"".join(one for piece in pieces if piece for one in chain.feed(piece)) == content
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


def test_only_known_encodings_are_undone() -> None:
    assert layers(" GZIP , br") == ["br", "gzip"]
    assert decodable("") and decodable("zstd")
    assert not any(decodable(one) for one in ("dcb", "aes128gcm", "gzip, gzip, gzip", "utf8"))
