"""``tutela notices resolve``: a person settles what no evidence has settled."""

from __future__ import annotations

import click

from tutela.commands.work_table import job_table, operator


@click.command("resolve", short_help="Settle a notice in doubt, or try a failed one again.")
@click.argument("notice")
@click.option("--send-again", "choice", flag_value="again", help="Sending again may double it.")
@click.option("--leave", "choice", flag_value="leave", help="Leaving it may lose it.")
def command(*, notice: str, choice: str | None) -> int:
    """Settle a notice in doubt, or try a failed one again. NOTICE is an id as tutela notices list shows it.

    Look at the mail server's queue and log for the Message-ID first: what is found there settles it without a
    choice. The choice is written into the ledger.

    \b
    Example:
      tutela notices resolve ntc_8k2m5yq1v7d3n0h4s6w9b8c2f5g7j1r4 --leave
    """
    if choice is None:
        raise click.UsageError("choose: --send-again may double it, --leave may lose it")
    with job_table():
        from tutela.hotline.takedown.choices import choose

        state = choose(notice, "send_again" if choice == "again" else "leave", actor=operator())
    click.echo(f"{notice} is {state} now")
    return 0
