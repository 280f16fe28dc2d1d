"""What the commands about people share: accounts that are there, roles, a link. No command itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutela.config import load
from tutela.hotline.databases import answering
from tutela.kernel.clock import iso_utc
from tutela.web.starting import start_django

if TYPE_CHECKING:
    from tutela.hotline.people.actions import Invited

#: Words of people.roles, said once more so that --help needs no Django; a test compares them.
ROLE_WORDS = (
    "intake_officer",
    "analyst",
    "senior_analyst",
    "takedown_officer",
    "list_approver",
    "administrator",
    "auditor",
)
role_option = click.option(
    "--role",
    "roles",
    type=click.Choice(ROLE_WORDS),
    multiple=True,
    help="A role; several times for several.",
)


@contextmanager
def people_table() -> Iterator[None]:
    """Gives a block in which accounts can be reached. Raises Unavailable where they cannot."""
    start_django()
    with answering():
        yield


def show_link(config: Path | None, made: Invited) -> None:
    """Print the one-time link; nobody can print it again."""
    click.echo(f"{load(config).hotline.desk_url.rstrip('/')}/join/{made.token}/")
    until = iso_utc(made.invitation.expires_at)
    click.echo(f"lets {made.person.public_id} in once, until {until}; shown only now", err=True)
