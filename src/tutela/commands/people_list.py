"""``tutela people list``: who works here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from tutela.commands.choices import json_option
from tutela.commands.people_found import people_table
from tutela.kernel.clock import iso_utc

if TYPE_CHECKING:
    from tutela.hotline.people.queries import Row


@click.command("list", short_help="Show who works here, is invited, or left.")
@json_option
def command(*, as_json: bool) -> int:
    """Show who works here, is invited, or left, with roles and ways to sign in.

    \b
    Example:
      tutela people list --json
    """
    with people_table():
        from tutela.hotline.people import queries

        rows = [facts_of(row) for row in queries.people()]
    for facts in rows:
        click.echo(json.dumps(facts) if as_json else line_of(facts))
    if not rows and not as_json:
        click.echo("nobody: tutela people invite NAME EMAIL --role administrator")
    return 0


def facts_of(row: Row) -> dict[str, Any]:
    """One person for ``--json``: times in UTC, an empty text where there is none."""
    return {
        "person": row.public_id,
        "name": row.name,
        "email": row.email,
        "state": row.state,
        "roles": list(row.roles),
        "factors": list(row.factors),
        "last_sign_in": iso_utc(row.last_login) if row.last_login else "",
        "link_until": iso_utc(row.link_until) if row.link_until else "",
    }


def line_of(facts: dict[str, Any]) -> str:
    """One person as it is shown in a list."""
    roles = ", ".join(facts["roles"]) or "no role"
    proof = "" if facts["state"] != "active" else f", {' and '.join(facts['factors']) or 'NO SECOND PROOF'}"
    return f"{facts['person']}  {facts['state']:<8} {facts['name']} <{facts['email']}>: {roles}{proof}"
