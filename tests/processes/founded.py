"""A founded house in a folder, made once by the command and copied for whoever wants to change it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

#: Seconds until something that must happen has happened on a busy machine.
PATIENCE_SECONDS = 40.0
TUTELA = (sys.executable, "-m", "tutela")


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a command on the house in ``home``."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("TUTELA_")}
    return {**kept, "TUTELA_HOME": str(home), **more}


def tutela(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """What a command printed."""
    return subprocess.run(
        [*TUTELA, *words], env=environment(home, **more), capture_output=True, text=True, timeout=60
    )


def found_house(home: Path) -> Path:
    """A house with a sample mandate in force."""
    done = tutela(home, "hotline", "init", "--demo")
    assert done.returncode == 0, done.stderr
    return home


def copied(template: Path, home: Path) -> Path:
    """Another house, the same as the template."""
    shutil.copytree(template, home)
    return home


def within_patience(holds: Callable[[], object]) -> bool:
    """Whether something came to hold."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return False


def started(
    home: Path, words: Sequence[str], program: Sequence[str] = TUTELA, **more: str
) -> subprocess.Popen[str]:
    """A command that runs on; its output is piped."""
    return subprocess.Popen(
        [*program, *words],
        env=environment(home, **more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
