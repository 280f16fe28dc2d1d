"""``tutela service``: what an operator does to the match service. Commands are imported when called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

#: Every command below ``tutela service`` and the line its help shows, each in ``commands.service_<name>``.
COMMANDS: Mapping[str, str] = {
    "token": "Give out, show and revoke tokens.",
    "trace": "Say whose copy of a list turned up.",
    "log": "Put the change log into a database for several machines.",
}


class ServiceGroup(click.Group):
    """The commands about the match service, each in a module of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which one needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"tutela.commands.service_{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group("service", cls=ServiceGroup, short_help="Look after the match service: tokens, leaks.")
def command() -> None:
    """Look after the match service: tokens, and copies of its lists that turned up.

    \b
    Example:
      tutela service token list
    """
