"""``tutela hotline init``: keys, folders and database of a new hotline."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import click

from tutela.kernel.errors import Refused
from tutela.kernel.settings import home


@click.command("init", short_help="Make keys, folders and database of a new hotline.")
@click.option("--log-name", metavar="NAME", help="How the log signs itself; default the host of public_url.")
@click.option(
    "--demo", is_flag=True, help="Put a sample mandate in force, signed by two keys that are then forgotten."
)
@click.pass_obj
def command(config: Path | None, /, *, log_name: str | None, demo: bool) -> int:
    """Make keys, folders and database of a new hotline in TUTELA_HOME. What is there already stays.

    What the hotline may do is not decided here: mandate and quorum are files that the house signs. --demo
    puts a sample in force for a rehearsal, which says so wherever it is shown.

    \b
    Example:
      tutela hotline init --demo
    """
    from tutela.commands.hotline_places import house_of
    from tutela.config import load
    from tutela.processes.places import vault_places
    from tutela.web.login_key import make_login_key
    from tutela.web.starting import start_django

    os.umask(0o077)
    settings = load(config)
    start_django()
    from tutela.hotline.backups.key_bundles import BUNDLE
    from tutela.hotline.house.founding import found

    if (home() / BUNDLE).exists():
        raise Refused(f"the keys of this house are still sealed: open {BUNDLE} first (how-to/backup.md)")

    host = urlsplit(settings.hotline.public_url).hostname or "hotline"
    for made in found(
        house_of(settings, home()),
        log_name=log_name or f"{host}/log",
        envelopes=vault_places(settings.custody, home()).envelopes,
        make_login_key=make_login_key,
    ):
        click.echo(f"{made.name}: {'made' if made.is_new else 'was there, unchanged'}")
    _configure(demo=demo)
    return 0


def _configure(*, demo: bool) -> None:
    """Put the sample in force where nothing is, or say what the house has to sign."""
    from tutela.hotline.people.configuration import configuration_in_force, rehearse

    try:
        lines = configuration_in_force(home()).lines
    except Refused:
        if not demo:
            click.echo("next: sign mandate.toml and quorum.toml (docs: how-to/mandate.md)", err=True)
            return
        lines = rehearse(home()).lines
    for line in lines:
        click.echo(f"configuration: {line}")
    click.echo("next: tutela keys split, and give each share to another person", err=True)
