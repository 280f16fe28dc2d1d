"""``tutela notices``: the outbox. Commands are imported when they are called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

#: Every command below ``tutela notices`` and the line its help shows, each in ``commands.notices_<name>``.
COMMANDS: Mapping[str, str] = {
    "list": "Show the outbox: what waits, is in doubt or failed.",
    "show": "Show one notice, and what can be done about it.",
    "contacts": "Show contacts: what waits for a yes, the house's book.",
    "approve": "Approve a contact: notices may go there.",
    "refuse": "Refuse a contact: nothing goes there.",
    "contacts-import": "Take a table of contacts into the house's book.",
    "recipient": "Name somebody whom notices may go to.",
    "retract": "Take a wrong notice back.",
    "resolve": "Settle a notice in doubt, or try a failed one again.",
    "dkim": "Show the DNS records of the keys that letters are signed with.",
    "sample": "Show a letter about nothing, as recipients would get it.",
}


class NoticesGroup(click.Group):
    """The commands about notices, each in a module of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which one needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = f"tutela.commands.notices_{cmd_name.replace('-', '_')}"
        command: click.Command = import_module(module).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group("notices", cls=NoticesGroup, short_help="Look after notices: what waits, is in doubt or failed.")
def command() -> None:
    """Look after notices: what waits, is in doubt or failed.

    Nothing here shows the address of an item.

    \b
    Example:
      tutela notices list --state in_doubt
    """
