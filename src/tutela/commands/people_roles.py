"""``tutela people roles``: what somebody may do."""

from __future__ import annotations

import click

from tutela.commands.people_found import people_table, role_option
from tutela.commands.work_table import operator


@click.command("roles", short_help="Show or change somebody's roles.")
@click.argument("who")
@role_option
@click.option("--none", "without", is_flag=True, help="Take every role away.")
def command(*, who: str, roles: tuple[str, ...], without: bool) -> int:
    """Show the roles of WHO (an address or an id usr_...), or let WHO hold the given ones and no other.

    A change ends every session of theirs at once.

    \b
    Example:
      tutela people roles ada@house.test --role analyst --role takedown_officer
    """
    if without and roles:
        raise click.UsageError("--none takes every role away: give no --role beside it")
    with people_table():
        from tutela.hotline.people import access, actions

        person = access.find_person(who)
        if roles or without:
            actions.change_roles(person, frozenset(roles), actor=operator())
        held = sorted(access.roles_held(person))
    click.echo(", ".join(held) or "no role")
    return 0
