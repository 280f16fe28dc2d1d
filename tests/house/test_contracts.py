"""The import contracts catch what they are there for: each planted violation is named, and a new room too."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.reading import ROOT

PLANTED = {
    "kernel/planted.py": ("from tutela.detect.media import shapes", "The house"),
    "detect/media/planted.py": ("from tutela.detect.matching import shapes", "detect: service"),
    "detect/matching/planted.py": ("import PIL", "Only detect.media opens"),
    "detect/scan/planted.py": ("import httpx", "Only kernel.egress opens"),
    "detect/fingerprints/planted.py": ("import socket", "Sockets only"),
    "commands/planted.py": ("import django", "No Django"),
    "detect/scan/planted_too.py": ("import pydantic", "pydantic only"),
    "kernel/planted_too.py": ("import httpcore2", "Only kernel.egress opens"),
    "demo/planted.py": ("import click", "Only the command line"),
    "prevent/guard/planted.py": ("import mitmproxy", "mitmproxy in the guard's proxy alone"),
    "prevent/guard/planted_too.py": ("from tutela.share import notices", "The house"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The product and its contracts in a folder of their own."""
    shutil.copytree(
        ROOT / "src" / "tutela", tmp_path / "tutela", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.slow
def test_each_planted_violation_is_named(copied: Path) -> None:
    for path, (line, _) in PLANTED.items():
        (copied / "tutela" / path).write_text(f"{line}\n")
    done = lint(copied)
    assert done.returncode == 1
    broken = [line for line in done.stdout.splitlines() if line.endswith("BROKEN") or "BROKEN" in line]
    for _, contract in PLANTED.values():
        assert any(line.startswith(contract) for line in broken), f"{contract} did not notice: {done.stdout}"


@pytest.mark.slow
@pytest.mark.parametrize("room", ["attic", "detect/cellar"])
def test_a_room_that_is_not_declared_is_named(copied: Path, room: str) -> None:
    (copied / "tutela" / room).mkdir()
    (copied / "tutela" / room / "__init__.py").write_text("")
    done = lint(copied)
    assert done.returncode == 1
    assert Path(room).name in done.stdout + done.stderr
