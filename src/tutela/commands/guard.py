"""``tutela guard``: the guard of a person's own device. Commands are imported when called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

#: Every command below ``tutela guard`` and the line its help shows, each in ``commands.guard_<name>``.
COMMANDS: Mapping[str, str] = {
    "setup": "Read what it does, agree, and set it up on this device.",
    "run": "Run it here, until it is ended.",
    "status": "Say whether it runs, what is on and what waits.",
    "choose": "Change what is on: stricter at once, looser after your delay.",
    "lists": "Show the lists of known pictures that are in place.",
    "add-list": "Put a sealed list of known pictures in place, or a newer version.",
    "remove-list": "Take a list away, once known pictures are switched off.",
    "pause": "Ask for a pause, start or end it.",
    "renew": "Take a new certificate, when the old one ends within a month.",
    "stop": "The emergency stop: from now on everything passes.",
    "start": "Start again after an emergency stop.",
    "pilot": "Try it in a study of a clinic, by consent.",
    "leave": "Remove it, after your delay: everything is as it was before.",
}


class GuardGroup(click.Group):
    """The commands of the guard, each in a module of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which one needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"tutela.commands.guard_{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group("guard", cls=GuardGroup, short_help="Block pictures before they are seen, on your own device.")
def command() -> None:
    """Block pictures before they are seen, on your own device, by your own choice.

    It runs in an environment of its own (make .venv-guard, or pip install "tutela[guard]").

    \b
    Example:
      tutela guard setup
    """
