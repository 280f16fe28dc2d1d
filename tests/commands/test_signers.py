from __future__ import annotations

from importlib import import_module

import click

from tests.commands.board import Board
from tutela.commands import signers


def test_every_command_is_there_and_says_the_same_in_both_places() -> None:
    for name, summary in signers.COMMANDS.items():
        command: click.Command = import_module(f"tutela.commands.signers_{name}").command
        assert command.name == name and command.short_help == summary


def test_help_lists_them_and_an_unknown_one_is_refused(board: Board) -> None:
    assert all(name in board.does("signers", "--help") for name in signers.COMMANDS)
    assert board("signers", "forge") == 2
