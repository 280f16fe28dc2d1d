"""Memory takes bytes and is closed for good; a file on a disk is no place for them."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from tutela.kernel.channels.memory import check_memory, close_for_good, contents_of, memory, sha256_of
from tutela.kernel.errors import Refused


def test_bytes_come_back_and_then_nobody_changes_them() -> None:
    with memory() as descriptor:
        check_memory(descriptor)
        other = os.dup(descriptor)
        os.write(other, b"x" * 3_000_000)
        assert close_for_good(descriptor) == 3_000_000
        with pytest.raises(PermissionError):
            os.write(other, b"y")
        os.close(other)
        assert contents_of(descriptor) == b"x" * 3_000_000
        with pytest.raises(Refused):
            check_memory(descriptor)


def test_a_file_on_a_disk_and_a_pipe_are_refused(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file, pytest.raises(Refused):
        check_memory(file.fileno())
    left, right = os.pipe()
    with pytest.raises(Refused):
        check_memory(right)
    os.close(left)
    os.close(right)


@pytest.mark.needs("linux")
def test_the_digest_is_that_of_all_bytes() -> None:
    data = bytes(range(256)) * 9_000
    with memory() as descriptor:
        os.write(descriptor, data)
        assert sha256_of(descriptor) == hashlib.sha256(data).hexdigest()
