"""``tutela backup``: everything of the hotline but its private keys, in one sealed file."""

from __future__ import annotations

import os
from pathlib import Path

import click

from tutela.kernel.errors import Conflict, Invalid
from tutela.kernel.settings import home


@click.command(
    "backup", short_help="Write everything of the hotline but its private keys into a sealed file."
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--to", "recipient", metavar="KEY", help="Public key that opens it: age1...")
@click.option(
    "--keys-to",
    "keys_recipient",
    metavar="KEY",
    default="",
    help="Another public key: to it alone the keys of log, index and sign-in are sealed.",
)
@click.option("--new-key", is_flag=True, help="Make such a key instead: the secret half into FILE.")
@click.pass_obj
def command(
    config: Path | None, /, *, file: Path, recipient: str | None, keys_recipient: str, new_key: bool
) -> int:
    """Write everything of the hotline but its private keys into the new FILE, sealed, while it works.

    Everything that was acknowledged before is in it. Private keys and envelopes are in no backup, so that
    what is destroyed stays destroyed; shares bring a key back (tutela keys split). Keep the secret half of
    the backup's key, and a copy of log.pub, off this machine: both are needed to restore. With --keys-to
    whoever opens the backup can neither sign as this log nor try addresses: that takes the other key too.

    \b
    Example:
      tutela backup --new-key backup.key
      tutela backup hotline.backup --to age1...
    """
    if new_key:
        return _make_key(file)
    if recipient is None:
        raise Invalid("is needed: the public key that is to open the backup", field="--to")
    if file.exists():
        raise Conflict(f"there is a file {file.name} already")
    return _make(config, file, recipient, keys_recipient)


def _make(config: Path | None, file: Path, recipient: str, keys_recipient: str) -> int:
    from tutela.commands.backup_places import places_of
    from tutela.config import load
    from tutela.web.starting import start_django

    os.umask(0o077)
    settings = load(config)
    start_django()
    from tutela.hotline.backups.making import make_backup

    click.echo("copying: this takes as long as the vault is large", err=True)
    places = places_of(settings, home())
    made = make_backup(file.absolute(), recipient, places, keys_recipient=keys_recipient)
    click.echo(
        f"{file.name}: {made.files:,} files and the database with {made.entries:,} entries of the log, "
        f"{made.size_bytes:,} bytes, sealed"
    )
    return 0


def _make_key(file: Path) -> int:
    from tutela.kernel.custody import age, durable

    if file.exists():
        raise Conflict(f"there is a file {file.name} already, and no key is ever replaced")
    secret, public = age.new_key()
    durable.write_file(file.absolute(), f"# public key: {public}\n{secret}\n".encode("ascii"))
    click.echo(public)
    click.echo(f"keep {file.name} off this machine: whoever has it can read every backup", err=True)
    return 0
