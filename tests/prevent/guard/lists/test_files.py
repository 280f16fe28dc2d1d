"""The file of a list as it is read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tutela.kernel.errors import Invalid, Unavailable
from tutela.prevent.guard.lists.files import NO_FILE, read_bundle, stamp_of


def test_a_file_and_its_stamp(tmp_path: Path) -> None:
    path = tmp_path / "x"
    assert stamp_of(path) == NO_FILE
    path.write_bytes(b"list")
    stamp, bundle = read_bundle(path)
    assert (stamp, bundle) == (stamp_of(path), b"list")
    (tmp_path / "y").write_bytes(b"list")
    (tmp_path / "y").rename(path)
    assert stamp_of(path) != stamp


def test_what_is_no_file_of_a_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="no list in its place"):
        read_bundle(tmp_path / "x")
    with pytest.raises(Unavailable, match="cannot be read"):
        read_bundle(tmp_path / ("x" * 300))
    os.mkfifo(tmp_path / "pipe")
    with open(tmp_path / "large", "wb") as large:
        large.truncate(1 << 30)
    for name in ("pipe", "large"):
        with pytest.raises(Invalid, match="not the file"):
            read_bundle(tmp_path / name)
