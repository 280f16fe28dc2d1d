"""Keyed buckets: every listed digest is found, no other, and none can be read."""

from __future__ import annotations

import hmac
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.matching.making import value
from tutela.detect.matching.bundles import buckets
from tutela.detect.matching.bundles.buckets import Buckets, BucketShape, fill_buckets, keyed

SALT = bytes(range(32))


def digests(count: int) -> list[bytes]:
    raw = np.random.default_rng(7).bytes(32 * count)
    return [raw[32 * place : 32 * place + 32] for place in range(count)]


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=200))
def test_what_is_listed_is_found_and_nothing_else(listed: list[bytes]) -> None:
    shape, section = fill_buckets("sha256", listed, SALT)
    opened = Buckets(shape, section)
    assert shape.entries == len(set(listed))
    assert all(opened.has(SALT, one) for one in listed)
    assert not any(opened.has(SALT, one) for one in set(digests(50)) - set(listed))


@pytest.mark.parametrize(("count", "bucket_bits"), [(0, 0), (1, 0), (64, 0), (65, 1), (129, 2), (20_000, 9)])
def test_the_probability_of_a_false_match_stays_below_the_bound(count: int, bucket_bits: int) -> None:
    listed = digests(count)
    shape, section = fill_buckets("sha256", listed, SALT)
    assert (shape.entries, shape.bucket_bits) == (count, bucket_bits)
    assert shape.false_match_probability == shape.largest_bucket / 2**shape.entry_bits <= 1e-12
    assert len(section) == shape.size_bytes
    assert all(Buckets(shape, section).has(SALT, one) for one in listed[:500])


def test_one_entry_needs_fewer_bits_than_many() -> None:
    assert fill_buckets("sha256", digests(1), SALT)[0].entry_bits == 40
    assert fill_buckets("sha256", digests(2), SALT)[0].entry_bits == 48


def test_kind_and_salt_key_the_digest() -> None:
    raw = value(1)
    assert keyed(SALT, "sha256", raw) == int.from_bytes(
        hmac.digest(SALT, b"sha256\0" + raw, "sha256")[:8], "big"
    )
    shape, section = fill_buckets("sha256", [raw], SALT)
    assert not Buckets(shape, section).has(bytes(32), raw)
    assert not Buckets(replace(shape, kind="sha1"), section).has(SALT, raw)


def test_no_digest_stands_in_the_section() -> None:
    listed = digests(500)
    _, section = fill_buckets("sha256", listed, SALT)
    assert not any(one[start : start + 4] in section for one in listed for start in (0, 14, 28))


def test_entries_that_fall_together_become_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "keyed", lambda salt, kind, digest: digest[0] << 24 | digest[1])
    shape, section = fill_buckets("sha256", [b"\1\0", b"\1\1", b"\2\0"], SALT)
    assert shape.entries == 2
    assert Buckets(shape, section).has(SALT, b"\1\1")


def test_there_is_a_largest_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "ENTRIES_MAX", 2)
    with pytest.raises(ValueError, match="at most 2"):
        fill_buckets("sha256", digests(3), SALT)


def _bounds(section: bytes, *numbers: int) -> bytes:
    return np.array(numbers, "<u4").tobytes() + section[4 * len(numbers) :]


def test_a_section_of_another_shape_is_refused() -> None:
    shape, section = fill_buckets("sha256", digests(100), SALT)
    assert shape.bucket_bits == 1
    first = int.from_bytes(section[4:8], "little")
    swapped = section[:12] + section[18:24] + section[12:18] + section[24:]
    twice = section[:12] + section[18:24] + section[18:]
    wrong: list[tuple[BucketShape, bytes, str]] = [
        (shape, section[:-1], "size"),
        (shape, section + b"\0", "size"),
        (shape, _bounds(section, 1, first, 100), "hold"),
        (shape, _bounds(section, 0, first, 99), "hold"),
        (shape, _bounds(section, 0, 101, 100), "hold"),
        (replace(shape, largest_bucket=shape.largest_bucket + 1), section, "hold"),
        (shape, swapped, "order"),
        (shape, twice, "order"),
    ]
    for one, raw, reason in wrong:
        with pytest.raises(ValueError, match=reason):
            Buckets(one, raw)
