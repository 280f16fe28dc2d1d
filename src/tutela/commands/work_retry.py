"""``tutela work retry``: parked jobs go back in line."""

from __future__ import annotations

import click

from tutela.commands.work_table import job_table, operator
from tutela.kernel.errors import Conflict, Refused


@click.command("retry", short_help="Put parked jobs back in line.")
@click.argument("jobs", nargs=-1, metavar="[JOB]...")
@click.option("--reason", default="", metavar="WORD", help="Every job that is parked for this reason.")
@click.option("--kind", default="", metavar="KIND", help="With --reason: only jobs of this kind.")
def command(*, jobs: tuple[str, ...], reason: str, kind: str) -> int:
    """Put parked jobs back in line, with all their tries; the ledger keeps that it was done.

    Exit codes: 0 all went back, 2 the call was wrong, 3 at least one did not: it is not parked, has ended, or
    another job that does the same is open.

    \b
    Example:
      tutela work retry --reason ConnectionError
    """
    if bool(jobs) == bool(reason):
        raise click.UsageError("name the jobs, or a --reason, and not both")
    with job_table():
        chosen = jobs or _parked(reason, kind)
        left = [job for job in chosen if not _went_back(job)]
    click.echo(f"{len(chosen) - len(left)} of {len(chosen)} jobs wait again")
    return 3 if left else 0


def _parked(reason: str, kind: str) -> tuple[str, ...]:
    from tutela.hotline.work import queries

    found = queries.job_rows(state="parked", kind=kind, limit=1_000_000)
    return tuple(row.job for row in found if row.reason == reason)


def _went_back(job: str) -> bool:
    from tutela.hotline.work import actions

    try:
        actions.retry_job(job, actor=operator())
    except (Conflict, Refused) as error:
        click.echo(f"{job}: {error.public_message()}", err=True)
        return False
    return True
