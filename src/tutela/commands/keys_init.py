"""``tutela keys init``: the first keys of the vault."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tutela.commands.choices import json_option
from tutela.commands.vault_folders import (
    check_new,
    epoch_facts,
    key_store,
    mark_no_backup,
    passphrase_option,
    vault_folders,
)


@click.command("init", short_help="Make the first keys of the vault.")
@passphrase_option
@json_option
@click.pass_obj
def command(config: Path | None, /, *, wrapped: bool, as_json: bool) -> int:
    """Make the first keys of the vault. Then split them: a key without shares is lost with its disk.

    The public half stands in the vault, the private half in the folder keys, closed to others. Neither that
    folder nor envelopes belongs into a backup; both get a file .nobackup.

    \b
    Example:
      tutela keys init
    """
    folders = vault_folders(config)
    keys = key_store(folders, wrapped=wrapped, confirm=True)
    check_new(keys)
    mark_no_backup(folders)
    made = keys.rotate()
    if as_json:
        click.echo(json.dumps(epoch_facts(made, keys, 0)))
        return 0
    click.echo(f"{made.id}: made; sealing uses it from now on")
    click.echo("next: tutela keys split, and give each share to another person", err=True)
    return 0
