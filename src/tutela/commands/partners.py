"""``tutela partners``: what whoever names a partner looks at first. Commands are imported when called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

#: Every command below ``tutela partners`` and the line its help shows, each in ``commands.partners_<name>``.
COMMANDS: Mapping[str, str] = {
    "certificate": "Say whether mail may be sealed to a certificate, and what to compare.",
}


class PartnersGroup(click.Group):
    """The commands about partners, each in a module of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which one needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"tutela.commands.partners_{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group("partners", cls=PartnersGroup, short_help="Look at what a partner is to be reached by.")
def command() -> None:
    """Look at what a partner is to be reached by.

    Partners are named and confirmed at the desk, by two people.

    \b
    Example:
      tutela partners certificate office.pem --mailbox cases@police.example
    """
