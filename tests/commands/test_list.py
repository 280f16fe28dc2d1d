from __future__ import annotations

from importlib import import_module

import click

from tests.commands.list_calls import Caller
from tutela.commands import list as lists


def test_help_names_every_command_without_importing_it(call: Caller) -> None:
    assert call("--help") == 0
    for name, summary in lists.COMMANDS.items():
        assert name in call.out
        assert summary in call.out


def test_every_summary_is_that_of_the_command() -> None:
    for name, summary in lists.COMMANDS.items():
        command: click.Command = import_module(f"tutela.commands.list_{name}").command
        assert (command.name, command.short_help) == (name, summary)


def test_an_unknown_command_is_a_wrong_call(call: Caller) -> None:
    assert call("burn") == 2
    assert "burn" in call.err
