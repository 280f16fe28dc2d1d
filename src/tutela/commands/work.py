"""``tutela work``: the job table. Commands are imported when they are called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

#: Every command below ``tutela work`` and the line its help shows, each in ``commands.work_<name>``.
COMMANDS: Mapping[str, str] = {
    "list": "Show jobs: what waits, runs or is parked.",
    "show": "Show one job, and why it is parked.",
    "retry": "Put parked jobs back in line.",
    "park": "Take jobs out of the line.",
    "run": "Do jobs until told to stop.",
}


class WorkGroup(click.Group):
    """The commands about jobs, each in a module of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which one needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"tutela.commands.work_{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group("work", cls=WorkGroup, short_help="Look after the job table: what waits, runs or is parked.")
def command() -> None:
    """Look after the job table: what waits, runs or is parked.

    Whatever the hotline has to do that takes time is a job: fetch, match, send, look again.

    \b
    Example:
      tutela work list
    """
