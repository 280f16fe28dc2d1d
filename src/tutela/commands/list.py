"""``tutela list``: everything about lists. Its commands are imported when they are called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

#: Every command below ``tutela list`` and the line that its help shows, each in ``commands.list_<name>``.
COMMANDS: Mapping[str, str] = {
    "build": "Make a list from originals.",
    "import": "Make a list from files of other houses.",
    "info": "Show what a list says about itself, in counts.",
    "diff": "Show what changed between two lists, in counts.",
    "verify": "Check every byte of a list.",
    "export": "Write a list for a named recipient.",
    "add": "Add entries to a live list.",
    "remove": "Take entries out of a live list.",
    "retro": "Compare a list with everything seen before.",
    "propose": "Write what organisations approve of a device list.",
    "approve": "Approve a list for people's devices.",
    "seal": "Seal an approved list for people's devices.",
    "trust": "Write down who published and approved a device list, for devices.",
}


class ListGroup(click.Group):
    """The commands about lists, each in a module of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which one needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"tutela.commands.list_{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group("list", cls=ListGroup, short_help="Build, import, inspect and change lists.")
def command() -> None:
    """Build, import, inspect and change lists.

    A list is one file (.tlist), or a folder where entries are added and removed while it is in use.
    No command here prints a value of a list; only export writes them, for a named recipient. What seal writes
    for people's devices answers yes or no, and nobody reads the list from it.

    \b
    Example:
      tutela list info known.tlist
    """
