"""``tutela statistics``: the facts of a year, and its report. Commands are imported when called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

#: Every command below ``tutela statistics`` and its line in the help, each in ``commands.statistics_<name>``.
COMMANDS: Mapping[str, str] = {
    "export": "Print the facts of a year, a row each, without ids and content.",
    "yearly": "Print the report of a year, small counts hidden.",
}


class StatisticsGroup(click.Group):
    """The commands about figures, each in a module of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"tutela.commands.statistics_{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    "statistics", cls=StatisticsGroup, short_help="Print the facts of a year, and the report made of them."
)
def command() -> None:
    """Print the facts of a year, and the report made of them.

    \b
    Example:
      tutela statistics yearly --year 2026
    """
