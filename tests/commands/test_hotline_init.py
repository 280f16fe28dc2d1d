"""``tutela hotline init``: what a house needs, made once, closed to others; and nothing is decided for it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.processes.founded import found_house, tutela

pytestmark = pytest.mark.slow


def test_everything_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    home = found_house(tmp_path / "home")
    files = [path for path in home.rglob("*") if path.is_file()]
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert not [path for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077]
    keys = {path: path.read_bytes() for path in files if path.suffix in (".key", ".pub", ".json")}
    again = tutela(home, "hotline", "init", "--demo")
    assert again.returncode == 0
    assert again.stdout.count("was there, unchanged") == 5
    assert all(path.read_bytes() == data for path, data in keys.items())
    assert (home / "keys/.nobackup").exists()
    assert (home / "fetch/keys/.nobackup").exists()


def test_without_demo_the_house_signs_for_itself(tmp_path: Path) -> None:
    done = tutela(tmp_path, "hotline", "init", "--log-name", "hotline.test/log")
    assert done.returncode == 0
    assert "sign mandate.toml and quorum.toml" in done.stderr
    check = tutela(tmp_path, "hotline", "check")
    assert check.returncode == 2
    assert "signed as hotline.test/log" in check.stdout
    assert [line.split(":")[0] for line in check.stderr.splitlines()] == ["MISSING configuration"]
