"""What an import costs: a provider that only wants to match must not pay for settings pages or decoders."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {
    "django",
    "pydantic",
    "pydantic_settings",
    "PIL",
    "av",
    "simplejpeg",
    "py7zr",
    "structlog",
    "rich",
    "numpy",
}


def loaded_by(code: str) -> set[str]:
    """Top-level packages in memory after ``code`` ran in a fresh interpreter."""
    tail = (
        "\nimport json, sys; sys.stderr.write(json.dumps(sorted({n.partition('.')[0] for n in sys.modules})))"
    )
    done = subprocess.run([sys.executable, "-c", code + tail], capture_output=True, text=True, cwd="/")
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr))


@pytest.mark.parametrize("code", ["import tutela", "import tutela.cli; tutela.cli.run(['--help'])"])
def test_import_and_help_load_nothing_heavy(code: str) -> None:
    assert not loaded_by(code) & HEAVY


@pytest.mark.parametrize("room", ["media", "fingerprints", "matching", "scan"])
def test_rooms_of_detect_load_no_framework(room: str) -> None:
    assert not loaded_by(f"import tutela.detect.{room}") & {"django", "pydantic", "click"}


def test_the_kernel_loads_nothing_heavy() -> None:
    names = ("errors", "settings", "slots", "ids", "clock", "log", "metrics")
    code = "\n".join(f"import tutela.kernel.{name}" for name in names)
    assert not loaded_by(code) & HEAVY
