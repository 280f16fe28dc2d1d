from __future__ import annotations

import os
import sys
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.kernel.custody import age
from tutela.kernel.custody.age import CHUNK_BYTES, Damaged
from tutela.kernel.errors import Refused, Unavailable

SECRET, PUBLIC = age.new_key()
BORDERS = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 2 * CHUNK_BYTES + 1]


def sealed(data: bytes) -> bytes:
    target = BytesIO()
    age.seal(BytesIO(data), target, PUBLIC)
    return target.getvalue()


def opened(data: bytes, secret: str = SECRET) -> bytes:
    target = BytesIO()
    age.unseal(BytesIO(data), target, secret)
    return target.getvalue()


def test_each_of_several_keys_opens_what_is_sealed_to_them_and_no_other() -> None:
    (first, one), (second, two), (stranger, _) = age.new_key(), age.new_key(), age.new_key()
    target = BytesIO()
    age.seal(BytesIO(b"benign"), target, one, two)
    assert opened(target.getvalue(), first) == opened(target.getvalue(), second) == b"benign"
    with pytest.raises(Damaged):
        opened(target.getvalue(), stranger)


def test_nothing_is_sealed_to_nobody_or_to_what_is_no_key() -> None:
    assert age.check_public(PUBLIC) == PUBLIC
    for keys in ((), ("age1nothing",), (PUBLIC, SECRET)):
        with pytest.raises(ValueError, match="key"):
            age.seal(BytesIO(b"benign"), BytesIO(), *keys)
    with pytest.raises(ValueError, match="no public key"):
        age.check_public(SECRET)


@pytest.mark.parametrize("size", BORDERS)
def test_every_length_around_a_chunks_border_comes_back(size: int) -> None:
    data = os.urandom(size)
    assert opened(sealed(data)) == data


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 3), st.integers(-2, 2), st.binary(max_size=64))
def test_any_bytes_come_back(chunks: int, more: int, data: bytes) -> None:
    whole = (data * (chunks * CHUNK_BYTES // max(1, len(data)) + 2))[: max(0, chunks * CHUNK_BYTES + more)]
    assert opened(sealed(whole)) == whole


def test_every_flipped_bit_of_an_object_is_refused() -> None:
    good = sealed(b"benign")
    for place in range(len(good) * 8):
        bad = bytearray(good)
        bad[place // 8] ^= 1 << place % 8
        with pytest.raises(Damaged):
            opened(bytes(bad))


@pytest.mark.parametrize("size", [0, 6, CHUNK_BYTES, CHUNK_BYTES + 6])
def test_every_truncation_is_refused(size: int) -> None:
    good = sealed(os.urandom(size))
    for end in {
        *range(min(400, len(good))),
        *range(len(good) - 40, len(good)),
        CHUNK_BYTES,
        CHUNK_BYTES + 200,
    }:
        if end < len(good):
            with pytest.raises(Damaged):
                opened(good[:end])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2 * CHUNK_BYTES), st.integers(0, 7))
def test_a_flipped_bit_in_a_longer_object_is_refused_and_nothing_wrong_passes(place: int, bit: int) -> None:
    data = bytes(range(256)) * (2 * CHUNK_BYTES // 256)
    bad = bytearray(sealed(data))
    bad[place] ^= 1 << bit
    target = BytesIO()
    with pytest.raises(Damaged):
        age.unseal(BytesIO(bytes(bad)), target, SECRET)
    assert data.startswith(target.getvalue())


def test_what_stands_behind_the_end_is_refused() -> None:
    with pytest.raises(Damaged):
        opened(sealed(b"benign") + b"x")


def test_chunks_changed_round_are_refused() -> None:
    data, whole = os.urandom(3 * CHUNK_BYTES), CHUNK_BYTES + 16
    good = sealed(data)
    begin = len(good) - 3 * whole
    bad = good[:begin] + good[begin + whole : begin + 2 * whole] + good[begin : begin + whole] + good[-whole:]
    with pytest.raises(Damaged):
        opened(bad)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(Damaged):
        opened(sealed(b"benign"), age.new_key()[0])


def test_the_public_key_belongs_to_the_secret_one() -> None:
    assert age.public_of(SECRET) == PUBLIC
    with pytest.raises(ValueError, match="no secret key") as refusal:
        age.public_of(SECRET[:-1] + ("Q" if SECRET[-1] != "Q" else "P"))
    assert SECRET[20:40] not in str(refusal.value)
    with pytest.raises(ValueError, match="no public key"):
        age.seal(BytesIO(b""), BytesIO(), "age1nothing")


class Broken:
    def __init__(self, error: BaseException) -> None:
        self.error = error

    def read(self, size: int, /) -> bytes:
        raise self.error

    def write(self, data: bytes, /) -> int:
        raise self.error


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), KeyError("x"), KeyboardInterrupt()]
)
def test_an_error_of_either_side_comes_through_as_it_was(error: BaseException) -> None:
    with pytest.raises(type(error)) as met:
        age.seal(Broken(error), BytesIO(), PUBLIC)
    assert met.value is error
    with pytest.raises(type(error)) as met:
        age.seal(BytesIO(b"x"), Broken(error), PUBLIC)
    assert met.value is error
    with pytest.raises(type(error)) as met:
        age.unseal(BytesIO(sealed(b"x")), Broken(error), SECRET)
    assert met.value is error


@pytest.mark.slow
def test_a_passphrase_opens_what_it_sealed_and_another_does_not() -> None:
    wrapped = age.seal_with_passphrase(b"benign", "correct horse")
    assert age.unseal_with_passphrase(wrapped, "correct horse") == b"benign"
    with pytest.raises(Refused):
        age.unseal_with_passphrase(wrapped, "correct hose")


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    age._library.cache_clear()
    monkeypatch.setitem(sys.modules, "pyrage", None)
    with pytest.raises(Unavailable, match=r"tutela\[custody\]"):
        age.new_key()


def test_memory_does_not_grow_with_the_size() -> None:
    class Counting:
        largest = total = 0

        def read(self, size: int, /) -> bytes:
            self.largest, self.total = max(self.largest, size), self.total + size
            return bytes(size) if self.total < 64 << 20 else b""

        def write(self, data: bytes, /) -> int:
            self.largest = max(self.largest, len(data))
            return len(data)

    both = Counting()
    age.seal(both, both, PUBLIC)
    assert both.total >= 64 << 20 and both.largest <= CHUNK_BYTES + 16
