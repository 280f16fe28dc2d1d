from __future__ import annotations

from pathlib import Path

import pytest

from tests.processes.founded import found_house, tutela

pytestmark = pytest.mark.slow


def test_nothing_is_done_before_somebody_says_that_there_is_a_backup(tmp_path: Path) -> None:
    home = found_house(tmp_path / "home")
    done = tutela(home, "upgrade")
    assert done.returncode == 2 and "tutela backup" in done.stderr
    check = tutela(home, "upgrade", "--check")
    assert (check.returncode, check.stdout, check.stderr) == (0, "", "0 to be applied\n")
    assert "already" in tutela(home, "upgrade", "--yes").stdout


def test_without_a_house_there_is_nothing_to_upgrade(tmp_path: Path) -> None:
    done = tutela(tmp_path / "home", "upgrade", "--check")
    assert done.returncode == 3 and "hotline init" in done.stderr
