"""``tutela work show``: one job."""

from __future__ import annotations

import json

import click

from tutela.commands.choices import json_option
from tutela.commands.work_table import facts_of, job_table


@click.command("show", short_help="Show one job, and why it is parked.")
@click.argument("job")
@json_option
def command(*, job: str, as_json: bool) -> int:
    """Show one job, and why it is parked. JOB is an id as tutela work list shows it.

    A reason is one word: the class of an error, never its text, which may quote what it met.

    \b
    Example:
      tutela work show job_8k2m5yq1v7d3n0h4s6w9b8c2f5g7j1r4
    """
    with job_table():
        from tutela.hotline.work import queries
        from tutela.hotline.work.reasons import sentence_of

        facts = facts_of(queries.find_job(job))
        why = sentence_of(facts["reason"])
    if as_json:
        click.echo(json.dumps(facts))
        return 0
    for name, value in facts.items():
        click.echo(f"{name:<12} {json.dumps(value) if name == 'arguments' else value}")
    if facts["state"] == "parked":
        click.echo(f"{why} Put it back: tutela work retry {job}")
    return 0
