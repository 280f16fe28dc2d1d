"""``tutela hotline init``: keys, folders and database of a new hotline."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from tutela.kernel.errors import Refused
from tutela.kernel.settings import home

if TYPE_CHECKING:
    from tutela.config import Config


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
    from tutela.config import load

    os.umask(0o077)
    for line in found_house(load(config), log_name=log_name):
        click.echo(line)
    lines = configured(demo=demo)
    for line in lines:
        click.echo(line)
    if lines:
        click.echo("next: tutela keys split, and give each share to another person", err=True)
    else:
        click.echo("next: sign mandate.toml and quorum.toml (docs: how-to/mandate.md)", err=True)
    return 0


def found_house(settings: Config, *, log_name: str | None = None) -> Iterator[str]:
    """Each thing in TUTELA_HOME as a line, once it is made or was found there."""
    from tutela.commands.hotline_places import house_of
    from tutela.processes.places import vault_places
    from tutela.web.login_key import make_login_key
    from tutela.web.starting import start_django

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
        yield f"{made.name}: {'made' if made.is_new else 'was there, unchanged'}"


def configured(*, demo: bool) -> list[str]:
    """What is in force, as lines; none where the house has to sign it first. With ``demo`` the sample is."""
    from tutela.hotline.people.configuration import configuration_in_force, rehearse

    try:
        lines = configuration_in_force(home()).lines
    except Refused:
        lines = rehearse(home()).lines if demo else ()
    return [f"configuration: {line}" for line in lines]
