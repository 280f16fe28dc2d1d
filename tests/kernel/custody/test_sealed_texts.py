"""Sealed texts: round trip, one key, altered ones refused."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.clock import FixedClock
from tutela.kernel.custody import age
from tutela.kernel.custody.age import Damaged
from tutela.kernel.custody.keys import MemoryKeyStore
from tutela.kernel.custody.sealed_texts import BLOCK_BYTES, TEXT_BYTES_MAX, epoch_of, open_text, seal_text
from tutela.kernel.errors import Refused, TutelaError, Unavailable


def keys_with_one() -> MemoryKeyStore:
    keys = MemoryKeyStore(clock=FixedClock(datetime(2026, 1, 1, tzinfo=UTC)))
    keys.rotate()
    return keys


KEYS = keys_with_one()


def plain_bytes(sealed: bytes) -> int:
    opened = BytesIO()
    age.unseal(BytesIO(sealed.partition(b"\n")[2]), opened, KEYS.private(epoch_of(sealed)).text())
    return len(opened.getvalue())


@given(st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=["Cs"])))
def test_a_text_comes_back_and_does_not_show(text: str) -> None:
    sealed = seal_text(text, KEYS)
    assert open_text(sealed, KEYS) == text
    assert epoch_of(sealed) == KEYS.current().id
    assert len(text) < 8 or text.encode() not in sealed


def test_texts_of_one_block_have_one_length() -> None:
    assert {plain_bytes(seal_text("a" * n, KEYS)) for n in (0, 1, 50, BLOCK_BYTES - 1)} == {BLOCK_BYTES}
    assert plain_bytes(seal_text("a" * BLOCK_BYTES, KEYS)) == 2 * BLOCK_BYTES


@pytest.mark.parametrize("text", ["a\x00b", "a" * (TEXT_BYTES_MAX + 1)])
def test_what_would_not_come_back_is_not_sealed(text: str) -> None:
    with pytest.raises(ValueError):
        seal_text(text, KEYS)


def test_an_old_epoch_still_opens_until_its_key_is_gone() -> None:
    keys = keys_with_one()
    old, sealed = keys.current().id, seal_text("https://host.test/x", keys)
    keys.rotate()
    assert open_text(sealed, keys) == "https://host.test/x"
    keys.retire(old)
    with pytest.raises(Refused):
        open_text(sealed, keys)


@given(st.integers(0, 400), st.integers(1, 255))
def test_an_altered_one_never_opens_as_something_else(place: int, bit: int) -> None:
    sealed = bytearray(seal_text("https://host.test/x", KEYS))
    sealed[place % len(sealed)] ^= bit
    with pytest.raises(TutelaError):
        open_text(bytes(sealed), KEYS)


@pytest.mark.parametrize("sealed", [b"", b"\n", b"\x02epo\nx", b"\x01\xff\nx"])
def test_what_is_no_sealed_text_is_damaged(sealed: bytes) -> None:
    with pytest.raises(Damaged):
        epoch_of(sealed)


def test_without_a_key_nothing_is_sealed() -> None:
    with pytest.raises(Unavailable):
        seal_text("x", MemoryKeyStore(clock=FixedClock(datetime(2026, 1, 1, tzinfo=UTC))))


@pytest.mark.parametrize("plain", [b"no end", b"text\x00more", b"\xff\x00\x00"])
def test_what_was_sealed_by_something_else_is_damaged(plain: bytes) -> None:
    sealed = BytesIO()
    age.seal(BytesIO(plain), sealed, KEYS.current().recipient)
    head = b"\x01" + KEYS.current().id.encode("ascii") + b"\n"
    with pytest.raises(Damaged):
        open_text(head + sealed.getvalue(), KEYS)
