"""``tutela notices list``: the outbox."""

from __future__ import annotations

import json

import click

from tutela.commands.choices import json_option
from tutela.commands.notices_table import facts_of, line_of
from tutela.commands.work_table import job_table
from tutela.kernel.clock import SystemClock

#: The states, in the order of a notice's life; a test compares them with the app's.
STATES = ("queued", "sending", "sent", "failed", "in_doubt", "withdrawn")


@click.command("list", short_help="Show the outbox: what waits, is in doubt or failed.")
@click.option("--state", default="", type=click.Choice(["", *STATES]), help="Only notices of this state.")
@json_option
def command(*, state: str, as_json: bool) -> int:
    """Show the outbox, the oldest first. With --state in_doubt also what has been sending for a minute.

    Exit code 1 where somebody has to look: a notice is in doubt, not confirmed for more than an hour, or its
    second look is overdue.

    \b
    Example:
      tutela notices list --state in_doubt
    """
    with job_table():
        from tutela.hotline.takedown import queries

        now = SystemClock().now()
        rows = queries.in_doubt(now) if state == "in_doubt" else queries.notices(state)
        facts = [facts_of(row) for row in rows]
        alarm = queries.outbox(now).alarm
    for one in facts:
        click.echo(json.dumps(one) if as_json else line_of(one))
    if not facts and not as_json:
        click.echo("no such notice")
    return 1 if alarm else 0
