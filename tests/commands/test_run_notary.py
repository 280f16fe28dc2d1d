from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes.founded import environment, found_house, started, within_patience


@pytest.mark.slow
def test_a_notary_that_is_given_the_vault_does_not_start(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tutela", "run", "notary"],
        env=environment(tmp_path, TUTELA_CUSTODY__KEYS="/keys"),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2 and "must not know custody.keys" in done.stderr


@pytest.mark.slow
def test_it_signs_and_ends_in_order(tmp_path: Path) -> None:
    home = found_house(tmp_path / "house")
    notary = started(home, ["run", "notary"])
    assert within_patience((home / "checkpoints" / "last.note").exists)
    notary.terminate()
    said, _ = notary.communicate(timeout=40)
    assert notary.returncode == 0 and said == "notary: signs the log 127.0.0.1/log every 300 seconds\n"
