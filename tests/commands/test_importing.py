from __future__ import annotations

from importlib import import_module

import click
import pytest

from tutela.cli import run
from tutela.commands import importing


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["import", "--help"]) == 0
    out = capsys.readouterr().out
    for name, summary in importing.COMMANDS.items():
        assert name in out
        assert summary in out


def test_every_summary_is_that_of_the_command() -> None:
    for name, summary in importing.COMMANDS.items():
        command: click.Command = import_module(f"tutela.commands.import_{name}").command
        assert (command.name, command.short_help) == (name, summary)


def test_an_unknown_command_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["import", "everything"]) == 2
    assert "everything" in capsys.readouterr().err
