"""``tutela signers``: who signs this house's configuration. Commands are imported when called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

#: Every command below ``tutela signers`` and the line its help shows, each in ``commands.signers_<name>``.
COMMANDS: Mapping[str, str] = {
    "key": "Make your own private key for signing.",
    "init": "Name the first signers of this house.",
    "add": "Write the next signers: somebody joins or leaves.",
    "sign": "Sign a file that names signers.",
    "enact": "Put a signed file of signers in force.",
    "show": "Show who signs, and how many are needed.",
}


class SignersGroup(click.Group):
    """The commands about signers, each in a module of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which one needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"tutela.commands.signers_{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group("signers", cls=SignersGroup, short_help="Say who signs this house's configuration.")
def command() -> None:
    """Say who signs this house's configuration.

    Mandate and quorum count when enough of these people signed them, each with a key of their own. Who may
    sign changes only with the signatures of enough of those who may sign now.

    \b
    Example:
      tutela signers init anna ben && tutela signers show
    """
