"""``tutela guard pause``: a pause asked for, started, ended."""

from __future__ import annotations

from pathlib import Path

import click

from tutela.commands.guard_device import folder_option, its_choices, its_folder, minutes
from tutela.kernel.errors import Refused


@click.command("pause", short_help="Ask for a pause, start or end it.")
@click.argument("length", required=False, type=click.Choice(["15", "60", "240"]), metavar="[MINUTES]")
@click.option("--end", is_flag=True, help="End the pause now.")
@folder_option
def command(length: str | None, *, end: bool, folder: Path | None) -> int:
    """Ask for a pause of 15, 60 or 240 MINUTES; without them, start the one that is ready.

    It may be started once it has waited as long as you chose, and ends by itself.

    \b
    Example:
      tutela guard pause 15
    """
    choices = its_choices(its_folder(folder))
    if end:
        choices.end_pause()
        click.echo("no pause runs")
        return 0
    if length is not None:
        choices.ask_pause(int(length))
    wish = choices.waits().find("pause")
    if wish is None:
        raise Refused("say for how many minutes: 15, 60 or 240")
    if not wish.ready:
        click.echo(f"you can start it in {minutes(wish.left_seconds)} minutes: tutela guard pause")
        return 0
    choices.start_pause()
    click.echo(f"it pauses for {wish.value} minutes")
    return 0
