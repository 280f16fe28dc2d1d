from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.kernel.errors import Invalid, Refused, Unavailable
from tutela.prevent.guard.person import sealing
from tutela.prevent.guard.person.sealing import ADDED_BYTES, WORK_BITS, new_keys, read_keys, seal, unseal

PASS = "four calm words here"
KEYS = new_keys(PASS, work_bits=2)
PRIVATE = KEYS.open(PASS)


@given(st.binary(max_size=200), st.binary(max_size=10))
def test_what_is_sealed_comes_back_with_the_private_key_alone(plain: bytes, what: bytes) -> None:
    sealed = seal(plain, KEYS.public, what=what)
    assert len(sealed) == len(plain) + ADDED_BYTES and unseal(sealed, PRIVATE, what=what) == plain
    assert len(plain) < 4 or plain not in sealed
    with pytest.raises(ValueError):
        unseal(sealed, PRIVATE, what=what + b"x")


@given(st.data())
@settings(max_examples=50)
def test_a_record_that_was_touched_is_refused(data: st.DataObject) -> None:
    sealed = bytearray(seal(b"twelve bytes", KEYS.public, what=b"w"))
    place = data.draw(st.integers(0, len(sealed) * 8 - 1).filter(lambda bit: bit != 255))
    sealed[place // 8] ^= 1 << place % 8  # bit 255, the highest of an X25519 key, counts nowhere (RFC 7748)
    with pytest.raises(ValueError):
        unseal(bytes(sealed), PRIVATE, what=b"w")


@pytest.mark.parametrize("sealed", [b"", b"x" * 31, bytes(80), b"x" * 47])
def test_what_is_no_record_is_refused(sealed: bytes) -> None:
    with pytest.raises(ValueError):
        unseal(sealed, PRIVATE, what=b"w")


def test_equal_records_do_not_look_equal() -> None:
    assert seal(b"same", KEYS.public, what=b"w") != seal(b"same", KEYS.public, what=b"w")


def test_another_key_opens_nothing() -> None:
    other = new_keys(PASS, work_bits=2)
    with pytest.raises(ValueError):
        unseal(seal(b"x", KEYS.public, what=b"w"), other.open(PASS), what=b"w")


def test_the_keys_come_back_from_their_file_and_open_with_their_passphrase_alone() -> None:
    read = read_keys(KEYS.to_bytes())
    assert read == KEYS and read.open(PASS) == PRIVATE and PRIVATE not in KEYS.to_bytes()
    for wrong in ("", PASS + " ", PASS.upper()):
        with pytest.raises(Refused):
            read.open(wrong)


def test_another_passphrase_keeps_what_was_sealed() -> None:
    other = KEYS.rewrapped(PASS, "another calm sentence", work_bits=2)
    assert other.open("another calm sentence") == PRIVATE and other.public == KEYS.public
    with pytest.raises(Refused):
        KEYS.rewrapped("wrong passphrase", "another calm sentence", work_bits=2)


def test_a_public_half_that_was_exchanged_is_noticed() -> None:
    data = bytearray(KEYS.to_bytes())
    data[-32:] = new_keys(PASS, work_bits=2).public
    with pytest.raises(Refused):
        read_keys(bytes(data)).open(PASS)


@pytest.mark.parametrize("passphrase", ["", "short", " " * 20, "  123456789  "])
def test_a_short_passphrase_is_refused(passphrase: str) -> None:
    with pytest.raises(Invalid, match="at least 10"):
        new_keys(passphrase, work_bits=2)


def test_a_damaged_file_of_keys_is_told_and_takes_no_memory() -> None:
    data = KEYS.to_bytes()
    for damaged in (b"", data[:-1], data + b"x", b"SEALED 2" + data[8:], data[:8] + b"\xff" + data[9:]):
        with pytest.raises(Unavailable):
            read_keys(damaged)


def test_the_work_of_the_product_is_what_is_recommended(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def stretched(passphrase: str, salt: bytes, work_bits: int) -> bytes:
        asked.append(work_bits)
        return bytes(32)

    monkeypatch.setattr(sealing, "_stretched", stretched)
    new_keys(PASS)
    assert asked == [WORK_BITS] == [17]
