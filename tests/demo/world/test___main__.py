"""The world as a command, to look at."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest


@pytest.mark.slow
def test_it_prints_its_hosts_and_ends_when_told() -> None:
    command = [sys.executable, "-m", "tutela.demo.world"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        lines = iter(running.stdout.readline, "")
        told = [next(lines)]
        while not told[-1].startswith("Ctrl-C"):
            told.append(next(lines))
        running.send_signal(signal.SIGINT)
        assert running.wait(20) == 0
    assert told[0].startswith("obedient.test")
