"""``tutela service log``: the change log of several machines. SQL to make it, and the way there."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutela.commands.progress_bar import bar
from tutela.kernel.errors import Invalid
from tutela.kernel.settings import home

if TYPE_CHECKING:
    from tutela.detect.service.postgres_log import PostgresChangeLog


@click.group("log", short_help="Put the change log into a database for several machines.")
def command() -> None:
    """Put the change log into a PostgreSQL database that several machines share.

    \b
    Example:
      tutela service log sql
    """


@command.command("sql", short_help="Write the SQL that makes the tables.")
@click.option("--role", default="tutela", show_default=True, help="Role by which the service connects.")
def sql(*, role: str) -> int:
    """Write the SQL that makes an empty change log, for the owner of the database to run once.

    The service's role may read it and append to it and nothing else; it must not be the one that runs this.
    Where TUTELA_HOME holds a change log already, the new one goes on with its name (tutela service log move).

    \b
    Example:
      tutela service log sql > log.sql
    """
    from tutela.detect.service.log_moving import local_identity
    from tutela.detect.service.postgres_schema import render_schema

    click.echo(render_schema(role, identity=local_identity(home() / "match")), nl=False)
    return 0


@command.command("check", short_help="Say whether the service can use the database.")
@click.pass_obj
def check(config: Path | None, /) -> int:
    """Say whether the database of service.change_log can be reached and is safe to use; changes nothing.

    \b
    Example:
      tutela service log check
    """
    with closing(_shared(config)) as log:
        log.prove()
        click.echo(f"the change log can be used: changes up to {log.head():,}, {log.size_bytes():,} bytes")
    return 0


@command.command("move", short_help="Take this machine's changes along.")
@click.pass_obj
def move(config: Path | None, /) -> int:
    """Copy the change log of TUTELA_HOME into the empty one of service.change_log and put it aside.

    Stop the service before. Lists stay as they are. Interrupted, it goes on when it is called again.

    \b
    Example:
      tutela service log move
    """
    from tutela.detect.service.log_moving import MOVED, local_head, move_log

    folder = home() / "match"
    with closing(_shared(config)) as log:
        log.prove()
        with bar("moving changes", local_head(folder)) as advance:
            last = move_log(folder, log, advance)
    click.echo(f"moved, up to change {last:,}; the old log is now {MOVED}")
    return 0


def _shared(config: Path | None) -> PostgresChangeLog:
    """The log in the database that the settings name. Raises Invalid when they name none."""
    from tutela.config import load
    from tutela.detect.service.log_opening import open_shared

    address = load(config).service.change_log.get_secret_value()
    if not address:
        raise Invalid("is empty: this service keeps its log in its data folder", field="service.change_log")
    return open_shared(address)
