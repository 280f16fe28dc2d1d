"""The recipient is named by two sources; the rest is in test_hotline."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.demo.test_hotline import column
from tests.processes.founded import environment, found_house
from tutela.demo.hotline_desk import RECIPIENT, command


@pytest.mark.slow
def test_the_recipient_is_confirmed(tmp_path: Path) -> None:
    home = found_house(tmp_path / "home")
    assert subprocess.run(command(), env=environment(home)).returncode == 0
    assert column(home, "SELECT address FROM takedown_recipient") == [RECIPIENT]
    assert column(home, "SELECT sources FROM takedown_recipient") == ["abuse_table,rdap"]
