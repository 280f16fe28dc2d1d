"""``tutela guard remove-list``: a list is taken off this device."""

from __future__ import annotations

from pathlib import Path

import click

from tutela.commands.guard_device import folder_option, its_choices, its_folder
from tutela.kernel.errors import Refused


@click.command("remove-list", short_help="Take a list away, once known pictures are switched off.")
@click.argument("place", type=click.IntRange(1))
@folder_option
def command(place: int, *, folder: Path | None) -> int:
    """Take the list in PLACE (see lists) off this device.

    That loosens, so known pictures have to be off first, which waits as long as you chose. A newer version
    needs no removing: add it.

    \b
    Example:
      tutela guard remove-list 1
    """
    from tutela.prevent.guard.lists.installed import kept_lists

    found = its_folder(folder)
    if its_choices(found).policy().known_lists:
        raise Refused("known pictures are on: switch them off first (tutela guard choose --no-known)")
    kept = {one.place: one for one in kept_lists(found)}
    if place not in kept:
        raise Refused(f"there is no list in place {place}")
    kept[place].remove()
    click.echo(f"the list in place {place} is gone")
    return 0
