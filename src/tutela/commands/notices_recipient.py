"""``tutela notices recipient``: a person names somebody whom notices may go to."""

from __future__ import annotations

import click

from tutela.commands.work_table import job_table, operator


@click.command("recipient", short_help="Name somebody whom notices may go to.")
@click.argument("address")
@click.option("--name", required=True, metavar="NAME", help="Name of the organisation.")
def command(*, address: str, name: str) -> int:
    """Name somebody whom notices may go to. ADDRESS is the mail address of an abuse desk.

    A wrong address tells a stranger where the content is: look it up at the host itself. That you name it
    confirms it for the first notice, and stands in the ledger.

    \b
    Example:
      tutela notices recipient abuse@host.test --name 'Host Ltd'
    """
    with job_table():
        from tutela.hotline.takedown.actions import name_recipient

        found = name_recipient(address, name, source="person", actor=operator())
    click.echo(f"{found.public_id}  {found.address}  {found.name}")
    return 0
