"""``tutela people leave``: the end of an account."""

from __future__ import annotations

import click

from tutela.commands.people_found import people_table
from tutela.commands.work_table import operator


@click.command("leave", short_help="End somebody's account and release their work.")
@click.argument("who")
def command(*, who: str) -> int:
    """End the account of WHO (an address or an id usr_...): sessions, passkeys, links; open work is released.

    What the person did stays in the ledger. The last administrator cannot leave.

    \b
    Example:
      tutela people leave ada@house.test
    """
    with people_table():
        from tutela.hotline.people import access, actions

        released = actions.end_account(access.find_person(who), actor=operator())
    click.echo(f"the account has ended; {released} released for others")
    return 0
