"""``tutela notices refuse``: a person decides about a contact."""

from __future__ import annotations

import click

from tutela.commands.work_table import job_table, operator


@click.command("refuse", short_help="Refuse a contact: nothing goes there.")
@click.argument("contact")
def command(*, contact: str) -> int:
    """Refuse a contact: nothing goes there. CONTACT is an id as tutela notices contacts shows it.

    Nothing goes there for what it was found for. The places that wait for it go on to whoever else is known.

    \b
    Example:
      tutela notices refuse con_8k2m5yq1v7d3n0h4s6w9b8c2f5g7j1r4
    """
    with job_table():
        from tutela.hotline.takedown.actions import refuse_contact

        found = refuse_contact(contact, actor=operator())
    click.echo(f"{found.public_id}  {found.state}  {found.address}")
    return 0
