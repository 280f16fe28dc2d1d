"""``tutela hotline``: found a hotline, and look whether all of it is there."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

#: Every subcommand and the line that the help shows for it, each in ``commands.hotline_<name>``.
COMMANDS: Mapping[str, str] = {
    "init": "Make keys, folders and database of a new hotline.",
    "check": "Say whether everything is there that its processes need.",
}


class HotlineGroup(click.Group):
    """The subcommands, each in a module of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all subcommands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"tutela.commands.hotline_{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of subcommands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group("hotline", cls=HotlineGroup, short_help="Found a hotline, and look whether all of it is there.")
def command() -> None:
    """Found a hotline, and look whether all of it is there.

    \b
    Example:
      tutela hotline init
    """
