"""``tutela guard lists``: the lists of known pictures on this device."""

from __future__ import annotations

from pathlib import Path

import click

from tutela.commands.device_lists import told
from tutela.commands.guard_device import folder_option, its_folder


@click.command("lists", short_help="Show the lists of known pictures that are in place.")
@folder_option
def command(*, folder: Path | None) -> int:
    """Show the sealed lists on this device: what each says of itself, never what is in it.

    \b
    Example:
      tutela guard lists
    """
    from tutela.prevent.guard.lists.installed import kept_lists, said

    kept = kept_lists(its_folder(folder))
    for one in kept:
        content = said(one)
        click.echo(f"{one.place}: " + (told(content).strip() if content else "cannot be read: add it again"))
    if not kept:
        click.echo("no list is here: tutela guard add-list")
    return 0
