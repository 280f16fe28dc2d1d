"""``tutela serve``: the services of tutela. Commands are imported when they are called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

#: Every service and the line that the help shows for it, each in ``commands.serve_<name>``.
COMMANDS: Mapping[str, str] = {
    "match": "Answer over HTTP whether pictures, films and fingerprints are known.",
    "public": "Take reports from the public over HTTP.",
    "desk": "Serve the staff's pages over HTTP.",
}


class ServeGroup(click.Group):
    """The services, each in a module of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all services."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"tutela.commands.serve_{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of services without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group("serve", cls=ServeGroup, short_help="Run a service: matching, the public's pages, the desk.")
def command() -> None:
    """Run a service: matching, the public's pages, the desk.

    \b
    Example:
      tutela serve match
    """
