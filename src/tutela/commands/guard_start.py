"""``tutela guard start``: the end of an emergency stop."""

from __future__ import annotations

from pathlib import Path

import click

from tutela.commands.guard_device import folder_option, its_folder, this_device


@click.command("start", short_help="Start again after an emergency stop.")
@folder_option
def command(*, folder: Path | None) -> int:
    """End an emergency stop; start the guard too, where the device can and it does not run.

    \b
    Example:
      tutela guard start
    """
    from tutela.prevent.guard.person.stopping import start_again, tell_start
    from tutela.prevent.guard.running.turn import runs
    from tutela.prevent.guard.system import service
    from tutela.prevent.guard.system.leaving import names_of

    found = its_folder(folder)
    start_again(found)
    names = names_of(found)
    if runs(found):
        tell_start(found)
    elif names is not None:
        service.begin(this_device().programs, names)
    click.echo("it looks at pictures again")
    return 0
