"""``tutela keys retire``: the key of an earlier epoch is destroyed."""

from __future__ import annotations

from pathlib import Path

import click

from tutela.commands.vault_folders import blob_store, key_store, vault_folders


@click.command("retire", short_help="Destroy the key of an earlier epoch.")
@click.argument("epoch")
@click.pass_obj
def command(config: Path | None, /, *, epoch: str) -> int:
    """Seal the keys of all objects of EPOCH to the current one, then destroy the private key of EPOCH.

    So are the addresses and texts in the database of a hotline; reports in its spare area are taken in first.

    Objects stay as they are. Copies of their envelopes that got away, in a backup or on a worn block of a
    drive, open nothing any more, and neither do those of objects destroyed meanwhile. Shares of EPOCH would:
    have their keepers destroy them.

    \b
    Example:
      tutela keys retire epo_8k2m5yq1v7d3n0h4s6w9b8c2f5g7j1r4
    """
    from tutela.commands.resealing import reseal_hotline
    from tutela.kernel.custody.keys import retirable
    from tutela.kernel.custody.opening import Opener

    folders = vault_folders(config)
    keys, blobs = key_store(folders), blob_store(folders)
    found = retirable(keys, epoch)
    moved, opener = 0, Opener(blobs, keys)
    while not found.retired and (now := opener.move_epoch(epoch)):  # until none came in meanwhile
        moved += now
    resealed = 0 if found.retired else reseal_hotline(config, keys)
    keys.retire(epoch)
    click.echo(f"{epoch}: {moved} objects moved on, its key is destroyed")
    if resealed:
        click.echo(f"{resealed} addresses and texts of the hotline sealed anew")
    if found.split:
        click.echo(f"next: have the {found.split.of} shares of {epoch} destroyed", err=True)
    return 0
