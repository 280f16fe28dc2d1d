from __future__ import annotations

from importlib import import_module

import click

from tests.commands.keys_calls import Keeper
from tutela.commands import keys


def test_every_command_is_there_and_says_the_same_in_both_places() -> None:
    for name, summary in keys.COMMANDS.items():
        command: click.Command = import_module(f"tutela.commands.keys_{name}").command
        assert command.name == name and command.short_help == summary


def test_help_lists_them_and_an_unknown_one_is_refused(keeper: Keeper) -> None:
    assert keeper("--help") == 0
    assert all(name in keeper.out for name in keys.COMMANDS)
    assert keeper("burn") == 2
