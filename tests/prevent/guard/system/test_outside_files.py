from __future__ import annotations

import os
from pathlib import Path

import pytest

from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.system import outside_files
from tutela.prevent.guard.system.outside_files import (
    Stood,
    digest,
    draft_of,
    drop_draft,
    look,
    put,
    real,
)


def test_a_file_is_given_back_with_mode_and_time(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"before")
    path.chmod(0o640)
    os.utime(path, ns=(10**18, 10**18 + 7))
    stood = look(path)
    put(path, Stood(data=b"after", mode=0o600), token="0" * 16)
    assert path.read_bytes() == b"after" and look(path).mode == 0o600
    put(path, stood, token="0" * 16)
    assert look(path) == stood == Stood(data=b"before", mode=0o640, modified_ns=10**18 + 7)
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_no_file_is_given_back_too(tmp_path: Path) -> None:
    path = tmp_path / "a"
    assert look(path) == Stood(data=None) and look(path).digest == "" == digest(None)
    put(path, Stood(data=b"x"), token="0" * 16)
    for _ in range(2):
        put(path, Stood(data=None), token="0" * 16)
    assert not path.exists()


def test_a_draft_that_a_kill_left_is_written_over_or_dropped(tmp_path: Path) -> None:
    path, token = tmp_path / "a", "f" * 16
    draft_of(path, token).write_bytes(b"left")
    put(path, Stood(data=b"new"), token=token)
    assert path.read_bytes() == b"new"
    draft_of(path, token).write_bytes(b"left")
    drop_draft(path, token=token)
    drop_draft(path, token=token)
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_links_are_followed_so_that_they_stay(tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(b"x")
    (tmp_path / "link").symlink_to("kept")
    assert real(tmp_path / "link") == tmp_path / "kept"
    (tmp_path / "round").symlink_to("round")
    with pytest.raises(Unavailable):
        look(real(tmp_path / "round"))


def test_what_is_no_plain_file_or_too_large_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "big").write_bytes(b"12345")
    monkeypatch.setattr(outside_files, "FILE_BYTES_MAX", 4)
    for name in ("pipe", "big", ".", "big/below"):
        with pytest.raises(Unavailable):
            look(tmp_path / name)
    with pytest.raises(Unavailable, match="cannot be changed"):
        put(tmp_path / "none" / "a", Stood(data=b"x"), token="0" * 16)
