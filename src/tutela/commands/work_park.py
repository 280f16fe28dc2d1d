"""``tutela work park``: jobs are taken out of the line."""

from __future__ import annotations

import click

from tutela.commands.work_table import job_table, operator
from tutela.kernel.errors import Conflict, Refused


@click.command("park", short_help="Take jobs out of the line.")
@click.argument("jobs", nargs=-1, required=True, metavar="JOB...")
def command(*, jobs: tuple[str, ...]) -> int:
    """Take jobs out of the line until somebody puts them back; the ledger keeps that it was done.

    A worker that is at such a job goes on, and is refused when it wants to write down what came of it.

    Exit codes: 0 all are parked now, 2 the call was wrong, 3 at least one was parked already or has ended.

    \b
    Example:
      tutela work park job_8k2m5yq1v7d3n0h4s6w9b8c2f5g7j1r4
    """
    with job_table():
        left = [job for job in jobs if not _parked(job)]
    click.echo(f"{len(jobs) - len(left)} of {len(jobs)} jobs are parked")
    return 3 if left else 0


def _parked(job: str) -> bool:
    from tutela.hotline.work import actions

    try:
        actions.park_job(job, actor=operator())
    except (Conflict, Refused) as error:
        click.echo(f"{job}: {error.public_message()}", err=True)
        return False
    return True
