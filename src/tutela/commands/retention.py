"""``tutela retention``: how long kept bytes stay. Commands are imported when called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

#: Every command below ``tutela retention`` and its line in the help, each in ``commands.retention_<name>``.
COMMANDS: Mapping[str, str] = {
    "plan": "Show what is kept and will be destroyed, and when.",
}


class RetentionGroup(click.Group):
    """The commands about how long something is kept, each in a module of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"tutela.commands.retention_{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group("retention", cls=RetentionGroup, short_help="Show how long kept bytes stay.")
def command() -> None:
    """Show how long kept bytes stay: by the mandate in force, and what is held.

    \b
    Example:
      tutela retention plan --days 30
    """
