"""``tutela keys fetch``: a new key for the fetcher of a hotline."""

from __future__ import annotations

from pathlib import Path

import click

from tutela.commands.resealing import reseal_hotline
from tutela.commands.vault_folders import key_store, the_clock, vault_folders
from tutela.kernel.settings import home


@click.command("fetch", short_help="Make a new key for the fetcher of a hotline.")
@click.pass_obj
def command(config: Path | None, /) -> int:
    """Make a new fetch key, seal to it what is still to be fetched, and destroy the earlier ones.

    When the fetch key was lost, or somebody may have seen it. Needs the private key of the vault, which opens
    the addresses, and may be called again where it was interrupted.

    \b
    Example:
      tutela keys init && tutela keys fetch
    """
    from tutela.hotline.cases.addresses import fetch_key_store

    fetch, vault = fetch_key_store(home(), the_clock()), key_store(vault_folders(config))
    vault.current()
    earlier = [epoch for epoch in fetch.epochs() if not epoch.retired]
    made = fetch.rotate()
    resealed = reseal_hotline(config, vault)
    for epoch in earlier:
        fetch.retire(epoch.id)
    click.echo(f"{made.id}: made; {resealed} addresses sealed anew, {len(earlier)} earlier keys destroyed")
    return 0
