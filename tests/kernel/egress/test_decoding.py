"""Unpacking in bounded pieces: what comes out is what went in, or the fetch stops with the right word."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.egress.decoding import PIECE_BYTES, RATIO_FREE_BYTES, unpacked
from tutela.kernel.egress.reasons import StoppedError

LARGE = 1 << 40


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def stopped(chunks: list[bytes], encoding: str = "gzip", *, body_bytes_max: int = LARGE) -> tuple[str, int]:
    """The word, and the bytes that came out before it."""
    count = 0
    with pytest.raises(StoppedError) as caught:
        for piece in unpacked(chunks, encoding, body_bytes_max=body_bytes_max):
            count += len(piece)
    return caught.value.reason, count


@given(st.binary(max_size=300_000), st.integers(1, 5_000), st.sampled_from(["gzip", " GZIP ", "x-gzip", ""]))
def test_what_was_packed_comes_out(body: bytes, size: int, encoding: str) -> None:
    packed = gzip.compress(body) if encoding.strip() else body
    pieces = list(unpacked(cut(packed, size), encoding, body_bytes_max=LARGE))
    assert b"".join(pieces) == body
    assert all(pieces)


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_members_one_after_the_other_are_one_body(size: int) -> None:
    packed = gzip.compress(b"one") + gzip.compress(b"") + gzip.compress(b"two" * 50_000)
    assert b"".join(unpacked(cut(packed, size), "gzip", body_bytes_max=LARGE)) == b"one" + b"two" * 50_000


def test_nothing_packed_is_nothing() -> None:
    assert list(unpacked([gzip.compress(b"")], "gzip", body_bytes_max=1)) == []
    assert list(unpacked([], "", body_bytes_max=1)) == []
    assert list(unpacked([b"x"], "identity", body_bytes_max=1)) == [b"x"]


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip", "compress", "?"])
def test_what_was_not_asked_for_is_not_unpacked(encoding: str) -> None:
    assert stopped([b"x"], encoding) == ("encoding_unknown", 0)


def test_an_end_too_early_or_wrong_bytes_are_said() -> None:
    packed = gzip.compress(b"hello")
    assert stopped([packed[:-1]]) == ("encoding_broken", 5)
    assert stopped([packed[:4]])[0] == "encoding_broken"
    assert stopped([])[0] == stopped([b""])[0] == "encoding_broken"
    assert stopped([b"hello"])[0] == "encoding_broken"
    assert stopped([packed + b"rest"])[0] == "encoding_broken"
    assert stopped([packed, b"rest"])[0] == "encoding_broken"
    assert stopped([packed[:-8] + bytes(8)])[0] == "encoding_broken"


def test_a_body_ends_at_its_limit_packed_or_not() -> None:
    assert stopped([b"x" * 10] * 10, "", body_bytes_max=99) == ("too_large", 90)
    word, count = stopped([gzip.compress(bytes(1 << 19))], body_bytes_max=100_000)
    assert word == "too_large"
    assert count <= 100_000


def test_a_bomb_stops_soon_and_in_small_pieces() -> None:
    bomb = gzip.compress(bytes(64 << 20))
    largest = total = 0
    with pytest.raises(StoppedError) as caught:
        for piece in unpacked(cut(bomb, 4_096), "gzip", body_bytes_max=LARGE):
            largest, total = max(largest, len(piece)), total + len(piece)
    assert caught.value.reason == "expands_too_much"
    assert largest <= PIECE_BYTES
    assert total <= RATIO_FREE_BYTES + PIECE_BYTES


def test_a_small_body_may_grow_as_it_likes() -> None:
    body = bytes(RATIO_FREE_BYTES)
    assert b"".join(unpacked([gzip.compress(body)], "gzip", body_bytes_max=LARGE)) == body
