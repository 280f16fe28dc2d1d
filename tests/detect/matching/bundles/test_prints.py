"""PDQ values under a key."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.detect.matching.making import flipped, value
from tutela.detect.matching.bundles import prints
from tutela.detect.matching.bundles.prints import (
    PrintShape,
    commitment,
    decrypt,
    encrypt,
    gather_prints,
)
from tutela.kernel.errors import Invalid, Unavailable

KEY, BLIND, DIGEST = bytes(range(32)), value(99), value(98)
LISTED = [(value(number), 60 + number) for number in range(20)] + [(value(30), None), (value(31), 49)]
CLEAR = gather_prints(LISTED, BLIND)
SHAPE = PrintShape(entries=22, distance_bits=31, quality_min=50, commitment=commitment(CLEAR))


def asked(*raw: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(raw), np.uint8).reshape(-1, 32)


def test_near_values_are_found_and_far_ones_are_not() -> None:
    section = encrypt(CLEAR, KEY, DIGEST)
    assert len(section) == SHAPE.size_bytes
    opened = decrypt(section, SHAPE, KEY, DIGEST)
    assert opened.near(asked(flipped(value(3), *range(31))))
    assert not opened.near(asked(flipped(value(3), *range(32))))
    assert opened.near(asked(*(value(number) for number in range(1000, 1600)), value(30)))
    assert not opened.near(asked(*(value(number) for number in range(1000, 1600))))


def test_values_of_poor_quality_are_not_compared() -> None:
    opened = decrypt(encrypt(CLEAR, KEY, DIGEST), SHAPE, KEY, DIGEST)
    assert opened.near(asked(value(30)))
    assert not opened.near(asked(value(31)))


def test_each_value_stands_once_and_in_order() -> None:
    assert gather_prints([*LISTED, *LISTED], BLIND) == CLEAR == gather_prints(LISTED[::-1], BLIND)
    assert CLEAR[:32] == BLIND


def test_the_commitment_tells_nothing_without_the_random_bytes() -> None:
    assert commitment(gather_prints(LISTED, value(97))) != SHAPE.commitment


def test_nothing_of_a_value_stands_in_the_section() -> None:
    section = encrypt(CLEAR, KEY, DIGEST)
    assert not any(raw[start : start + 6] in section for raw, _ in LISTED for start in (0, 14, 28))
    assert section != encrypt(CLEAR, KEY, DIGEST)


@pytest.mark.parametrize("key", [b"", bytes(31), bytes(32)])
def test_another_key_opens_nothing(key: bytes) -> None:
    with pytest.raises(Unavailable, match="key of the PDQ values"):
        decrypt(encrypt(CLEAR, KEY, DIGEST), SHAPE, key, DIGEST)


def test_a_section_belongs_to_its_content() -> None:
    section = encrypt(CLEAR, KEY, DIGEST)
    with pytest.raises(Unavailable):
        decrypt(section, SHAPE, KEY, value(1))
    with pytest.raises(Unavailable):
        decrypt(flipped(section, 300), SHAPE, KEY, DIGEST)


def test_values_that_were_not_approved_are_refused() -> None:
    other = gather_prints([(value(40), 100)] * 22, BLIND)
    with pytest.raises(Invalid, match="not those that were approved"):
        decrypt(encrypt(other, KEY, DIGEST), SHAPE, KEY, DIGEST)


def test_sizes_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        encrypt(CLEAR, KEY[:16], DIGEST)
    monkeypatch.setattr(prints, "ENTRIES_MAX", 21)
    with pytest.raises(ValueError, match="at most 21"):
        gather_prints(LISTED, BLIND)
