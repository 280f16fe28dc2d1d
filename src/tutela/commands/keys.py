"""``tutela keys``: the keys of the vault. Commands are imported when called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

#: Every command below ``tutela keys`` and the line its help shows, each in ``commands.keys_<name>``.
COMMANDS: Mapping[str, str] = {
    "init": "Make the first keys of the vault.",
    "split": "Print shares that bring a lost key back.",
    "restore": "Bring a lost key back from its shares.",
    "rotate": "Make new keys; sealing uses them from now on.",
    "retire": "Destroy the key of an earlier epoch.",
    "fetch": "Make a new key for the fetcher of a hotline.",
    "list": "Show the epochs, and which keys are missing.",
}


class KeysGroup(click.Group):
    """The commands about the vault's keys, each in a module of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which one needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"tutela.commands.keys_{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group("keys", cls=KeysGroup, short_help="Make, split, restore and rotate the keys of the vault.")
def command() -> None:
    """Make, split, restore and rotate the keys of the vault.

    An epoch is a pair of keys: whoever holds the public half can seal, only the private half opens.

    \b
    Example:
      tutela keys list
    """
