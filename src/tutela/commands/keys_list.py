"""``tutela keys list``: the epochs of the vault."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tutela.commands.choices import json_option
from tutela.commands.vault_folders import blob_store, epoch_facts, key_store, vault_folders


@click.command("list", short_help="Show the epochs, and which keys are missing.")
@json_option
@click.pass_obj
def command(config: Path | None, /, *, as_json: bool) -> int:
    """Show the epochs: state, objects, whether the private key is here and shares were given out.

    Shows no key but public ones.

    \b
    Example:
      tutela keys list --json
    """
    folders = vault_folders(config)
    keys, blobs = key_store(folders), blob_store(folders)
    for epoch in keys.epochs():
        facts = epoch_facts(epoch, keys, sum(1 for _ in blobs.blobs(epoch.id)))
        click.echo(json.dumps(facts) if as_json else line(facts))
    if not as_json and not keys.epochs():
        click.echo("no keys: tutela keys init")
    return 0


def line(facts: dict[str, Any]) -> str:
    """One epoch as it is shown."""
    shares = facts["shares"]
    said = f"any {shares['need']} of {shares['of']} shares" if shares else "NO SHARES: tutela keys split"
    here = "private key here" if facts["private_key"] else "PRIVATE KEY NOT HERE: tutela keys restore"
    rest = f"{here}, {said}" if facts["state"] != "retired" else ended(facts)
    begin = f"{facts['number']}  {facts['epoch']}  {facts['made']}"
    return f"{begin}  {facts['state']}, {facts['objects']} objects, {rest}"


def ended(facts: dict[str, Any]) -> str:
    """What became of the key of a retired epoch; a process may have died before it was destroyed."""
    again = f"KEY STILL HERE: tutela keys retire {facts['epoch']}"
    return again if facts["private_key"] else "key destroyed"
