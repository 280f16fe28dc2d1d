"""``tutela guard pilot``: a study of the guard, for the person and for the clinic."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

#: Every command: the module below ``commands.guard_pilot_`` that has it, and the line its help shows.
COMMANDS: Mapping[str, tuple[str, str]] = {
    "join": ("joining", "Take part in a study, by your code."),
    "move": ("joining", "Take your answers along to the guard that you set up later."),
    "answer": ("telling", "Answer the questions of a moment; each can be skipped."),
    "event": ("telling", "Tell of something that got worse."),
    "show": ("sending", "See the exact bytes that would be sent."),
    "send": ("sending", "Send exactly what you saw."),
    "leave": ("joining", "Leave the study, and take back what you sent if you wish."),
    "sample": ("office", "Clinic: print a draft of a study, to be filled in."),
    "found": ("office", "Clinic: make a study, its keys and its signed file."),
    "codes": ("office", "Clinic: make codes for people of a site."),
    "enrol": ("office", "Clinic: open the arm of the person with a code."),
    "audit": ("office", "Clinic: check that every arm is the one of the sealed seed."),
    "receive": ("receive", "Clinic: run the server that takes sealed reports in."),
    "open": ("results", "Clinic: open the reports and write a table."),
    "analyse": ("results", "Clinic: compute the figures, and totals with noise to publish."),
}


class PilotGroup(click.Group):
    """The commands of a pilot, those of one role in a module."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names: the person's first, then the clinic's."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"tutela.commands.guard_pilot_{COMMANDS[cmd_name][0]}")
        found: click.Command = getattr(module, f"{cmd_name}_command")
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group("pilot", cls=PilotGroup, short_help="Try it in a study of a clinic, by consent.")
def command() -> None:
    """Try the guard in a study of a clinic, by consent.

    Nothing is sent by itself: the person sees every byte first, and sends it by a command of their own.

    \b
    Example:
      tutela guard pilot join --help
    """
