"""``tutela guard status``: whether it runs, what is on, what waits."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from tutela.commands.choices import json_option
from tutela.commands.guard_device import folder_option, its_choices, its_folder, told_policy, told_waits


@click.command("status", short_help="Say whether it runs, what is on and what waits.")
@folder_option
@json_option
def command(*, folder: Path | None, as_json: bool) -> int:
    """Say whether the guard of this device runs, what is on, and what waits.

    \b
    Example:
      tutela guard status
    """
    from tutela.prevent.guard.person.delays import is_paused
    from tutela.prevent.guard.person.device_time import SystemDeviceClock
    from tutela.prevent.guard.person.stopping import is_stopped
    from tutela.prevent.guard.running.turn import runs

    found = its_folder(folder)
    policy, waits = its_choices(found).look()
    now = SystemDeviceClock().read()
    stopped, running = is_stopped(found, now), runs(found)
    paused = is_paused(waits, now)
    state = "stopped" if stopped else "paused" if paused else "on"
    if as_json:
        waiting = [asdict(one) | {"ready": one.ready} for one in waits.waiting]
        facts = {"runs": running, "state": state, "policy": asdict(policy), "waits": waiting}
        click.echo(json.dumps(facts))
        return 0
    click.echo(f"{'it runs' if running else 'it does not run'}: {state}")
    click.echo("\n".join(told_policy(policy)))
    if waits.waiting:
        click.echo("what waits:")
        click.echo("\n".join(told_waits(waits)))
    return 0
