"""Unpacking in bounded steps: round trips, joined streams, dictionaries, broken data."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.media.members import CHUNK_BYTES
from tutela.detect.media.shapes import MIB
from tutela.detect.media.troubles import DecodeTrouble
from tutela.detect.media.unpackers import (
    Read,
    unpack_bz2,
    unpack_deflate,
    unpack_gzip,
    unpack_stored,
    unpack_xz,
    unpack_zip_lzma,
)

Unpack = Callable[[Read], Iterator[bytes]]


def deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def xz(read: Read) -> Iterator[bytes]:
    return unpack_xz(read, 64 * MIB)


def zip_lzma(read: Read) -> Iterator[bytes]:
    return unpack_zip_lzma(read, 64 * MIB)


def pack_zip_lzma(data: bytes) -> bytes:
    filters = [{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16, "lc": 3, "lp": 0, "pb": 2}]
    body = lzma.compress(data, format=lzma.FORMAT_RAW, filters=filters)
    return b"\x09\x04\x05\x00\x5d" + (1 << 16).to_bytes(4, "little") + body


PAIRS: dict[str, tuple[Callable[[bytes], bytes], Unpack]] = {
    "stored": (bytes, unpack_stored),
    "deflate": (deflate, unpack_deflate),
    "gzip": (gzip.compress, unpack_gzip),
    "bz2": (bz2.compress, unpack_bz2),
    "xz": (lzma.compress, xz),
    "zip_lzma": (pack_zip_lzma, zip_lzma),
}


def unpacked(unpack: Unpack, data: bytes) -> bytes:
    return b"".join(unpack(io.BytesIO(data).read))


@pytest.mark.parametrize("name", sorted(PAIRS))
@given(data=st.binary(max_size=2000))
def test_what_was_packed_comes_out_again(name: str, data: bytes) -> None:
    pack, unpack = PAIRS[name]
    assert unpacked(unpack, pack(data)) == data


@pytest.mark.parametrize("name", sorted(PAIRS))
def test_no_chunk_is_larger_than_one_step(name: str) -> None:
    pack, unpack = PAIRS[name]
    data = b"tutela" * 200_000
    chunks = list(unpack(io.BytesIO(pack(data)).read))
    assert b"".join(chunks) == data
    assert max(map(len, chunks)) <= CHUNK_BYTES


@pytest.mark.parametrize("name", ["gzip", "bz2", "xz"])
def test_joined_streams_are_one_file(name: str) -> None:
    pack, unpack = PAIRS[name]
    assert unpacked(unpack, pack(b"one ") + pack(b"two")) == b"one two"


@pytest.mark.parametrize("name", ["gzip", "bz2", "xz"])
@pytest.mark.parametrize("behind", [bytes(512), b"no stream"])
def test_padding_and_foreign_bytes_behind_a_stream_end_it(name: str, behind: bytes) -> None:
    pack, unpack = PAIRS[name]
    assert unpacked(unpack, pack(b"one") + behind) == b"one"


@pytest.mark.parametrize("name", ["deflate", "gzip", "bz2", "xz", "zip_lzma"])
def test_a_stream_that_is_cut_off_is_broken(name: str) -> None:
    pack, unpack = PAIRS[name]
    packed = pack(bytes(range(256)) * 20)
    with pytest.raises(DecodeTrouble, match="broken"):
        unpacked(unpack, packed[: len(packed) // 2])


@pytest.mark.parametrize("name", ["gzip", "bz2", "xz"])
def test_a_second_stream_that_is_broken_is_not_passed_over(name: str) -> None:
    pack, unpack = PAIRS[name]
    second = pack(bytes(range(256)) * 2000)
    with pytest.raises(DecodeTrouble, match="broken"):
        unpacked(unpack, pack(b"one") + second[: len(second) - 12])


def test_a_dictionary_above_the_limit_is_refused() -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 32 * MIB}]
    packed = lzma.compress(b"tutela", filters=filters)
    with pytest.raises(DecodeTrouble, match="dictionary"):
        b"".join(unpack_xz(io.BytesIO(packed).read, 16 * MIB))
    assert b"".join(unpack_xz(io.BytesIO(packed).read, 32 * MIB)) == b"tutela"
    with pytest.raises(DecodeTrouble, match="dictionary"):
        b"".join(unpack_zip_lzma(io.BytesIO(pack_zip_lzma(b"x")).read, 1 << 15))


@pytest.mark.parametrize("name", sorted(PAIRS))
@given(data=st.binary(max_size=300))
def test_any_bytes_unpack_or_are_trouble(name: str, data: bytes) -> None:
    try:
        unpacked(PAIRS[name][1], data)
    except DecodeTrouble as found:
        assert found.kind in ("unreadable", "refused")  # noqa: PT017 - either outcome is right
