"""``tutela people``: accounts, for the first administrator and for emergencies. Imported when called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

#: Every command below ``tutela people`` and the line its help shows, each in ``commands.people_<name>``.
COMMANDS: Mapping[str, str] = {
    "invite": "Make an account and the one-time link into it.",
    "list": "Show who works here, is invited, or left.",
    "vouching": "Show who is vouched for, and who waits.",
    "roles": "Show or change somebody's roles.",
    "reset": "Take a lost sign-in away and make a new link.",
    "leave": "End somebody's account and release their work.",
}


class PeopleGroup(click.Group):
    """The commands about people, each in a module of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which one needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"tutela.commands.people_{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group("people", cls=PeopleGroup, short_help="Look after accounts: invite, list, roles, reset, leave.")
def command() -> None:
    """Look after accounts: invite, list, roles, reset, leave.

    For the first administrator and for emergencies; daily work is done on the desk's pages. Whoever may run
    this may do everything: the ledger names the operator for it.

    \b
    Example:
      tutela people list
    """
