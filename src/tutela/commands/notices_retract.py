"""``tutela notices retract``: a person takes a wrong notice back."""

from __future__ import annotations

import click

from tutela.commands.work_table import job_table, operator


@click.command("retract", short_help="Take a wrong notice back.")
@click.argument("notice")
def command(*, notice: str) -> int:
    """Take a wrong notice back. NOTICE is an id as tutela notices list shows it.

    What has not gone out is withdrawn. What has gone out is taken back by a message to the same recipient,
    which goes before all others and names the notice by its number, never the address.

    \b
    Example:
      tutela notices retract ntc_8k2m5yq1v7d3n0h4s6w9b8c2f5g7j1r4
    """
    with job_table():
        from tutela.hotline.takedown.choices import choose

        state = choose(notice, "retract", actor=operator())
    done = "it is withdrawn" if state == "withdrawn" else "a message that takes it back is in the outbox"
    click.echo(f"{notice}: {done}")
    return 0
