"""``tutela import``: what another system holds becomes ours. Its commands are imported when called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

#: Every command below ``tutela import`` and the line that its help shows, each in ``commands.import_<name>``.
COMMANDS: Mapping[str, str] = {
    "hma": "Take over the banks of Hasher-Matcher-Actioner.",
}


class ImportGroup(click.Group):
    """The commands that take over from another system, each in a module of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"tutela.commands.import_{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group("import", cls=ImportGroup, short_help="Take over what another system holds.")
def command() -> None:
    """Take over what another system holds. Nothing is fetched: a file or folder is read.

    \b
    Example:
      tutela import hma dump.sql --class csam
    """
