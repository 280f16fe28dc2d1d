from __future__ import annotations

from importlib import import_module

import click

from tests.commands.log_calls import Notary
from tutela.commands import log


def test_every_command_is_there_and_says_the_same_in_both_places() -> None:
    for name, summary in log.COMMANDS.items():
        command: click.Command = import_module(f"tutela.commands.log_{name}").command
        assert command.name == name and command.short_help == summary


def test_help_lists_them_and_an_unknown_one_is_refused(notary: Notary) -> None:
    assert notary("--help") == 0
    assert all(name in notary.out for name in log.COMMANDS)
    assert notary("burn") == 2
