"""``tutela report``: reports that come in by other ways than the public's pages."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

#: Every command below ``tutela report`` and the line its help shows, each in ``commands.report_<name>``.
COMMANDS: Mapping[str, str] = {
    "send": "Hand in one report.",
    "import": "Hand in the rows of a CSV file, SCART's too.",
    "token": "Make the token of a partner or helpline.",
}


class ReportGroup(click.Group):
    """The commands about reports, each in a module of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which one needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"tutela.commands.report_{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group("report", cls=ReportGroup, short_help="Hand reports in: one, a file, a partner's token.")
def command() -> None:
    """Hand reports in: one by itself, the rows of a file, or a token for a partner who does it.

    \b
    Example:
      tutela report send https://there.test/page --text 'seen today'
    """
