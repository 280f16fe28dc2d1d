"""``tutela run``: the processes of the hotline, one by one. Commands are imported when they are called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

#: Every process and the line that the help shows for it, each in ``commands.run_<name>``.
COMMANDS: Mapping[str, str] = {
    "fetcher": "Meet the internet for the others, and seal what comes.",
    "visitor": "Visit a page in Chromium for an analyst, of which words come out.",
    "opener": "Open one sealed object or address for one named person, and write it down first.",
    "notary": "Sign how large the log is, every few minutes.",
    "sender": "Hand notices to the mail server, each at most once.",
}


class RunGroup(click.Group):
    """The processes, each in a module of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all processes."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"tutela.commands.run_{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of processes without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group("run", cls=RunGroup, short_help="Run one process of the hotline by itself.")
def command() -> None:
    """Run one process of the hotline by itself; tutela up starts them all.

    \b
    Example:
      tutela run fetcher
    """
