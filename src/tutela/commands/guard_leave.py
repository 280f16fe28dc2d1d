"""``tutela guard leave``: everything as it was before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutela.commands.guard_device import folder_option, its_choices, its_folder, minutes, this_device

if TYPE_CHECKING:
    from tutela.prevent.guard.person.folder import Folder


@click.command("leave", short_help="Remove it, after your delay: everything is as it was before.")
@click.option("--yes", is_flag=True, help="Do not ask once more.")
@click.option("--take-back", is_flag=True, help="Stay: take the wish to leave back.")
@folder_option
def command(*, yes: bool, take_back: bool, folder: Path | None) -> int:
    """Say that you want to leave; once it has waited as long as you chose, call this again to remove it.

    It needs no network. Settings of browsers and device are given back as they were; counts and diary go too.

    \b
    Example:
      tutela guard leave
    """
    from tutela.prevent.guard.person.device_time import SystemDeviceClock
    from tutela.prevent.guard.system.leaving import leave

    found = its_folder(folder)
    if take_back:
        its_choices(found).take_back(("leaving", ""))
        click.echo("you stay")
        return 0
    if found.finished and not _may_leave(found):
        return 0
    if not yes:
        click.confirm("Remove it now, with counts and diary?", abort=True)
    left = leave(found, this_device().programs, SystemDeviceClock())
    for one in left:
        click.echo(f"not as before: {one.what}: {one.why}", err=True)
    click.echo("it is gone" if not left else "it is gone, but for what is named above")
    return 0


def _may_leave(folder: Folder) -> bool:
    """Whether the wish to leave has waited; it is said now where it was not yet."""
    choices = its_choices(folder)
    wish = choices.waits().find("leaving") or choices.ask_leaving().find("leaving")
    if wish is None or wish.ready:
        return True
    click.echo(f"you can leave in {minutes(wish.left_seconds)} minutes: call this again then")
    return False
