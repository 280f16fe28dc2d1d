from __future__ import annotations

from importlib import import_module

import pytest

from tutela.cli import run
from tutela.commands.statistics import COMMANDS


def test_the_group_names_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["statistics", "--help"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_of_the_group_is_the_command_s_own(name: str) -> None:
    assert import_module(f"tutela.commands.statistics_{name}").command.short_help == COMMANDS[name]


def test_a_command_that_is_none_is_a_wrong_call() -> None:
    assert run(["statistics", "monthly"]) == 2
