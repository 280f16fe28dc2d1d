"""Digests of a descriptor equal those of its bytes, whatever its offset."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.fingerprints.digests import READ_BYTES, digest_descriptor, digest_prints, sha256_descriptor
from tutela.detect.media.shapes import Examined


def _descriptor(content: bytes) -> int:
    fd = os.memfd_create("content")
    os.write(fd, content)
    return fd


@given(st.binary(max_size=4096))
def test_digest_descriptor_equals_hashlib_and_leaves_the_offset(content: bytes) -> None:
    fd = _descriptor(content)
    try:
        os.lseek(fd, 1, os.SEEK_SET)
        digests = digest_descriptor(fd)
        assert digests.md5 == hashlib.md5(content).digest()
        assert digests.sha1 == hashlib.sha1(content).digest()
        assert digests.sha256 == hashlib.sha256(content).digest() == sha256_descriptor(fd)
        assert digests.size_bytes == len(content)
        assert os.lseek(fd, 0, os.SEEK_CUR) == 1
    finally:
        os.close(fd)


def test_digest_descriptor_reads_files_longer_than_one_block(tmp_path: Path) -> None:
    content = os.urandom(READ_BYTES + 17)
    path = tmp_path / "long"
    path.write_bytes(content)
    fd = os.open(path, os.O_RDONLY)
    try:
        assert digest_descriptor(fd).sha256 == hashlib.sha256(content).digest()
    finally:
        os.close(fd)


def test_digest_prints_leave_out_what_the_sandbox_could_not_read() -> None:
    whole = Examined(member=None, size_bytes=1, md5=b"m" * 16, sha1=b"s" * 20, sha256=b"t" * 32)
    assert [(p.kind, p.form, p.mode) for p in digest_prints(whole)] == [
        ("md5", "file", "exact"),
        ("sha1", "file", "exact"),
        ("sha256", "file", "exact"),
    ]
    partly = Examined(member=None, size_bytes=1, md5=b"", sha1=b"", sha256=b"t" * 32)
    assert [p.kind for p in digest_prints(partly)] == ["sha256"]
