"""A member in sealed memory, and one that is too large for it."""

from __future__ import annotations

import errno
import hashlib
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.media.desk import PLACE_BYTES
from tutela.detect.media.held import Held

pytestmark = pytest.mark.needs("linux")


def test_what_was_written_can_be_read_and_not_changed() -> None:
    held = Held(100)
    held.write(b"first ")
    held.write(b"second")
    assert held.seal() is None
    assert os.pread(held.fd, 100, 0) == b"first second"
    with pytest.raises(OSError, match="Bad file descriptor") as refused:
        os.write(held.fd, b"x")
    assert refused.value.errno == errno.EBADF
    with pytest.raises(OSError, match="not permitted"):
        os.ftruncate(os.open(f"/proc/self/fd/{held.fd}", os.O_RDWR), 0)
    held.close()
    held.close()
    assert held.fd == -1


def test_a_small_file_gets_a_descriptor_when_somebody_asks() -> None:
    held = Held(1 << 20)
    held.write(b"first ")
    held.write(b"second")
    held.seal()
    before = set(os.listdir("/proc/self/fd"))
    assert held.pieces == (b"first ", b"second")
    assert set(os.listdir("/proc/self/fd")) == before
    assert os.pread(held.fd, 100, 0) == b"first second"
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.write(held.fd, b"x")
    held.close()
    assert held.fd == -1


def test_a_file_that_comes_byte_by_byte_takes_little_more_than_its_size() -> None:
    held, data = Held(1 << 20), os.urandom(40_000)
    for at in range(len(data)):
        held.write(data[at : at + 1])
    assert held.pieces is not None
    assert len(held.pieces) < 256
    assert b"".join(held.pieces) == data
    held.close()


@pytest.mark.parametrize("sizes", [(PLACE_BYTES,), (PLACE_BYTES, 1), (1, PLACE_BYTES), (PLACE_BYTES + 1,)])
def test_what_fits_no_place_on_a_desk_has_a_descriptor(sizes: tuple[int, ...]) -> None:
    held = Held(1 << 20)
    pieces = [bytes([number]) * size for number, size in enumerate(sizes)]
    for piece in pieces:
        held.write(piece)
    held.seal()
    assert bool(held.pieces) == (sum(sizes) <= PLACE_BYTES)
    assert os.pread(held.fd, 1 << 20, 0) == b"".join(pieces)
    held.close()


@given(st.lists(st.binary(max_size=40), max_size=12), st.integers(0, 60))
def test_a_member_above_the_limit_keeps_its_digests_only(pieces: list[bytes], limit: int) -> None:
    held = Held(limit)
    for piece in pieces:
        held.write(piece)
    whole = b"".join(pieces)
    digests = held.seal()
    assert held.size_bytes == len(whole)
    if len(whole) <= limit:
        assert digests is None
        assert os.pread(held.fd, 1000, 0) == whole
    else:
        assert digests is not None
        assert held.fd == -1
        assert digests.sha256 == hashlib.sha256(whole).digest()
        assert digests.md5 == hashlib.md5(whole).digest()
        assert digests.sha1 == hashlib.sha1(whole).digest()
    held.close()


def test_without_memfd_an_unnamed_file_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "memfd_create")
    held = Held(100)
    held.write(b"data")
    assert held.seal() is None
    assert os.pread(held.fd, 100, 0) == b"data"
    assert os.fstat(held.fd).st_nlink == 0
    held.close()
