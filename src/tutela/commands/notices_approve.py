"""``tutela notices approve``: a person decides about a contact."""

from __future__ import annotations

import click

from tutela.commands.work_table import job_table, operator


@click.command("approve", short_help="Approve a contact: notices may go there.")
@click.argument("contact")
def command(*, contact: str) -> int:
    """Approve a contact: notices may go there. CONTACT is an id as tutela notices contacts shows it.

    Your yes is for what the contact was found for, and for nothing else: the same address named for another
    network waits for a yes of its own. Look at the organisation's own web page first.

    \b
    Example:
      tutela notices approve con_8k2m5yq1v7d3n0h4s6w9b8c2f5g7j1r4
    """
    with job_table():
        from tutela.hotline.takedown.actions import approve_contact

        found = approve_contact(contact, actor=operator())
    click.echo(f"{found.public_id}  {found.state}  {found.address}")
    return 0
