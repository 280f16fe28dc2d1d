"""Probes and their filter: never a false no, few false yes."""

from __future__ import annotations

import os

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.scan.twins import PROBE_BYTES, SAMPLE_BYTES, ProbeFilter, probe


def _probe_of(content: bytes) -> bytes:
    fd = os.memfd_create("content")
    try:
        os.write(fd, content)
        return probe(fd, len(content))
    finally:
        os.close(fd)


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_short_contents_have_one_probe_exactly_when_they_are_equal(left: bytes, right: bytes) -> None:
    assert (_probe_of(left) == _probe_of(right)) == (left == right)


def test_a_probe_sees_the_head_and_the_size_of_a_long_file() -> None:
    long = b"a" * (3 * SAMPLE_BYTES)
    changed = bytearray(long)
    changed[SAMPLE_BYTES - 1] = 0
    assert _probe_of(long) != _probe_of(bytes(changed))
    assert _probe_of(long) != _probe_of(long + b"a")
    assert _probe_of(long) == _probe_of(long[:-1] + b"x")


@given(st.lists(st.binary(min_size=PROBE_BYTES, max_size=PROBE_BYTES), min_size=1, max_size=50))
def test_the_filter_never_forgets_and_bulk_equals_one_by_one(probes: list[bytes]) -> None:
    one_by_one, bulk = ProbeFilter(1 << 10), ProbeFilter(1 << 10)
    for one in probes:
        one_by_one.add(one)
    bulk.add_all(b"".join(probes))
    assert all(one_by_one.may_hold(one) for one in probes)
    assert one_by_one._cells == bulk._cells


def test_the_filter_seldom_raises_a_false_alarm() -> None:
    random = np.random.default_rng(1)
    filter_ = ProbeFilter(1 << 20)
    filter_.add_all(random.bytes(PROBE_BYTES * 40_000))
    alarms = sum(filter_.may_hold(random.bytes(PROBE_BYTES)) for _ in range(20_000))
    assert alarms < 20_000 * 0.012
