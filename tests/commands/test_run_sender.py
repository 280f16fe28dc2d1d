from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes.founded import environment


@pytest.mark.slow
def test_a_sender_that_is_given_the_keys_of_the_vault_does_not_start(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tutela", "run", "sender"],
        env=environment(tmp_path, TUTELA_CUSTODY__KEYS="/keys"),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2 and "must not know custody.keys" in done.stderr
