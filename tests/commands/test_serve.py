"""The group of services: named without being imported."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tutela.cli import run
from tutela.commands.serve import COMMANDS, command


def test_every_service_is_a_command_with_the_same_words() -> None:
    for name, words in COMMANDS.items():
        found = command.get_command(None, name)  # type: ignore[arg-type]  # the context is not used
        assert found is not None and found.short_help == words


def test_an_unknown_service_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", "coffee"]) == 2
    assert "coffee" in capsys.readouterr().err


def test_help_imports_no_server() -> None:
    code = "import sys; from tutela.cli import run; run(['serve', '--help']); print('granian' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"
