from __future__ import annotations

import pytest

from tutela.cli import run
from tutela.commands.notices import COMMANDS


def test_the_commands_stand_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["notices", "--help"]) == 0
    printed = capsys.readouterr().out
    assert all(f"  {name} " in printed for name in COMMANDS)


def test_an_unknown_command_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["notices", "forget"]) == 2
    assert "forget" in capsys.readouterr().err
