from __future__ import annotations

import hashlib

import numpy as np
import pytest

from tutela.arithmetic import finish
from tutela.detect.matching.columns import EXACT_BYTES
from tutela.detect.matching.poison import KINDS, is_poison, poison_values


@pytest.mark.parametrize("content", [b"", b"\n", b"\x00"])
def test_digests_of_files_that_everybody_has_are_poison(content: bytes) -> None:
    for kind in ("md5", "sha1", "sha256"):
        assert is_poison(kind, hashlib.new(kind, content).digest())
        assert not is_poison(kind, hashlib.new(kind, content + b"x").digest())


@pytest.mark.parametrize("grey", [0, 127, 128, 255])
def test_blank_pictures_are_poison(grey: int) -> None:
    value, quality = finish(np.full((64, 64), grey, np.float32))
    assert quality == 0
    assert is_poison("pdq", value)


def test_values_have_the_width_of_their_kind() -> None:
    for kind, values in poison_values().items():
        assert {len(value) for value in values} == {EXACT_BYTES.get(kind, 32)}
    assert set(poison_values()) == set(KINDS)


def test_other_kinds_have_none() -> None:
    assert not is_poison("url", b"\x00" * 32)
