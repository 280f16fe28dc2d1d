"""Digests of what is judged, and the defaults of a judge."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from tutela.prevent.guard.judging.shapes import JudgeRules, digests_of


@given(st.binary(max_size=300))
def test_digests_are_those_of_the_bytes(content: bytes) -> None:
    found = digests_of(content)
    assert found.md5 == hashlib.md5(content).digest()
    assert found.sha1 == hashlib.sha1(content).digest()
    assert found.sha256 == hashlib.sha256(content).digest()
    assert found.size_bytes == len(content)


def test_by_default_no_picture_is_opened_outside_of_the_whole_sandbox() -> None:
    assert JudgeRules().lockdown_required
