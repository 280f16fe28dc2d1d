"""``tutela keys rotate``: new keys for what is sealed from now on."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tutela.commands.choices import json_option
from tutela.commands.vault_folders import epoch_facts, key_store, passphrase_option, vault_folders


@click.command("rotate", short_help="Make new keys; sealing uses them from now on.")
@passphrase_option
@json_option
@click.pass_obj
def command(config: Path | None, /, *, wrapped: bool, as_json: bool) -> int:
    """Make new keys; sealing uses them from now on, running processes included.

    Earlier epochs still open what they sealed, until tutela keys retire moves it on and destroys their key.

    \b
    Example:
      tutela keys init && tutela keys rotate
    """
    keys = key_store(vault_folders(config), wrapped=wrapped, confirm=True)
    before = keys.current()
    made = keys.rotate()
    if as_json:
        click.echo(json.dumps(epoch_facts(made, keys, 0)))
        return 0
    click.echo(f"{made.id}: made; sealing uses it from now on")
    click.echo(f"{before.id}: opens what it sealed; tutela keys retire ends it", err=True)
    return 0
