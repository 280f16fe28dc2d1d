"""``tutela guard stop``: the emergency stop."""

from __future__ import annotations

from pathlib import Path

import click

from tutela.commands.guard_device import folder_option, its_folder_open_or_not


@click.command("stop", short_help="The emergency stop: from now on everything passes.")
@folder_option
def command(*, folder: Path | None) -> int:
    """Stop it at once: everything passes until you start it again, or until the device restarts.

    \b
    Example:
      tutela guard stop
    """
    from tutela.prevent.guard.person.device_time import SystemDeviceClock
    from tutela.prevent.guard.person.stopping import stop

    stop(its_folder_open_or_not(folder), SystemDeviceClock().read())
    click.echo("stopped: everything passes until tutela guard start, or until the device restarts")
    return 0
