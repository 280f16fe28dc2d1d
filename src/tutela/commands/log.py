"""``tutela log``: the append-only ledger and its witnesses. Commands are imported when they are called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

#: Every command below ``tutela log`` and the line its help shows, each in ``commands.log_<name>``.
COMMANDS: Mapping[str, str] = {
    "init": "Make the key that signs the log.",
    "checkpoint": "Sign how large the log is and its root.",
    "fsck": "Find everything that was changed behind the log's back.",
    "show": "Show entries, a proof, or what may be published.",
    "witness": "Witness another house's log, on another machine.",
    "cosigned": "Keep what a witness signed.",
}


class LogGroup(click.Group):
    """The commands about the log, each in a module of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which one needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"tutela.commands.log_{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group("log", cls=LogGroup, short_help="Sign, check, show and witness the append-only log.")
def command() -> None:
    """Sign, check, show and witness the append-only log.

    Whatever the hotline does is an entry of its ledger. Entries are leaves of a tree whose root is signed, so
    that nobody can change, drop or add one afterwards without being found out.

    \b
    Example:
      tutela log init hotline.test/log
    """
