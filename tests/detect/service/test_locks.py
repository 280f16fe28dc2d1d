from __future__ import annotations

import fcntl
import os
import stat
from pathlib import Path

import pytest

from tutela.detect.service.locks import open_lock


def test_a_lock_is_closed_to_others_whatever_the_umask(tmp_path: Path) -> None:
    former = os.umask(0)
    try:
        open_lock(tmp_path / "lock").close()
    finally:
        os.umask(former)
    assert stat.S_IMODE((tmp_path / "lock").stat().st_mode) == 0o600


def test_one_at_a_time(tmp_path: Path) -> None:
    with open_lock(tmp_path / "lock") as first, open_lock(tmp_path / "lock") as second:
        fcntl.flock(first, fcntl.LOCK_EX)
        with pytest.raises(BlockingIOError):
            fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(first, fcntl.LOCK_UN)
        fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_lock(tmp_path / "missing" / "lock")
