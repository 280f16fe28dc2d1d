"""``tutela guard status``: whether it runs, what is on, what waits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutela.commands.choices import json_option
from tutela.commands.guard_device import (
    folder_option,
    its_choices,
    its_folder,
    this_device,
    told_policy,
    told_waits,
)
from tutela.kernel.errors import Unavailable

if TYPE_CHECKING:
    from tutela.prevent.guard.person.folder import Folder


@click.command("status", short_help="Say whether it runs, what is on and what waits.")
@folder_option
@json_option
def command(*, folder: Path | None, as_json: bool) -> int:
    """Say whether the guard of this device runs, where your page is, what is on, waits and is not right.

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
    page = page_of(found) if running else None
    amiss = tuple(told_troubles(found, running=running))
    state = "stopped" if stopped else "paused" if paused else "on"
    if as_json:
        waiting = [asdict(one) | {"ready": one.ready} for one in waits.waiting]
        facts = {"runs": running, "state": state, "policy": asdict(policy), "waits": waiting}
        facts |= {"troubles": amiss, "page": page}
        click.echo(json.dumps(facts))
        return 0
    click.echo(f"{'it runs' if running else 'it does not run'}: {state}")
    if page:
        click.echo(f"your page: {page}")
    for sentence in amiss:
        click.echo(sentence)
    click.echo("\n".join(told_policy(policy)))
    if waits.waiting:
        click.echo("what waits:")
        click.echo("\n".join(told_waits(waits)))
    return 0


def page_of(folder: Folder) -> str | None:
    """The address of the person's page; None where it is not open, or somebody else has its port."""
    from tutela.prevent.guard.system.accounts import is_own_listener
    from tutela.prevent.guard.system.ports import LOOPBACK, page_port_of

    port = page_port_of(folder)
    return f"http://{LOOPBACK}:{port}" if is_own_listener(port) else None


def told_troubles(folder: Folder, *, running: bool) -> Iterator[str]:
    """A sentence for each thing that is not right, in the language of the set-up."""
    from tutela.prevent.guard.person.words import words_for
    from tutela.prevent.guard.system import proxies
    from tutela.prevent.guard.system.leaving import language_of, names_of
    from tutela.prevent.guard.system.ports import port_of
    from tutela.prevent.guard.system.proxies import OtherProxy
    from tutela.prevent.guard.system.proxy_changes import changed_proxies

    words, names, port = words_for(language_of(folder)), names_of(folder), port_of(folder)
    if not running and not proxies.is_free(port):
        yield words.say("told.port_taken", name=names.name if names else folder.path.name, port=port)
    device, changed = this_device(), tuple[OtherProxy, ...]()
    with suppress(Unavailable):  # a setting that cannot be read: nothing is known of it
        changed = changed_proxies(folder, device.home, device.environment, device.programs)
    for one in changed:
        sentence = "told.other_proxy" if one.address else "told.proxy_changed"
        yield words.say(sentence, where=one.where, address=one.address)
