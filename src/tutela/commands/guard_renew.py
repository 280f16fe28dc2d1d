"""``tutela guard renew``: a new certificate in the place of one that ends."""

from __future__ import annotations

from pathlib import Path

import click

from tutela.commands.guard_device import folder_option, its_folder, this_device


@click.command("renew", short_help="Take a new certificate, when the old one ends within a month.")
@click.option(
    "--now", "at_once", is_flag=True, help="Also where none is due: the key may be known to others."
)
@folder_option
def command(*, at_once: bool, folder: Path | None) -> int:
    """Make a new certificate for this device and have your browsers trust it; close them first.

    The old one holds for a year; from a month before its end on you are told. Restart the guard afterwards,
    or the device.

    \b
    Example:
      tutela guard renew
    """
    from tutela.kernel.clock import SystemClock
    from tutela.prevent.guard.running.turn import runs
    from tutela.prevent.guard.system import service
    from tutela.prevent.guard.system.leaving import names_of
    from tutela.prevent.guard.system.renewing import days_left, renew

    found, device = its_folder(folder), this_device()
    if not at_once and days_left(found, device, SystemClock()) is None:
        click.echo("the certificate holds for more than a month yet")
        return 0
    renew(found, device, SystemClock())
    names = names_of(found)
    if names is not None and runs(found):
        service.end(device.programs, names)
        service.begin(device.programs, names)
    click.echo("the new certificate is in place; restart the guard, and start your browser anew")
    return 0
