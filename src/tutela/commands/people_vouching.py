"""``tutela people vouching``: whose vote counts where more than one person is needed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from tutela.commands.choices import json_option
from tutela.commands.people_found import people_table

if TYPE_CHECKING:
    from tutela.hotline.people.vouching.queries import Standing


@click.command("vouching", short_help="Show who is vouched for, and who waits.")
@json_option
def command(*, as_json: bool) -> int:
    """Show who is vouched for by the signed roster or by colleagues, and whose votes wait for that.

    Nobody is vouched for in a shell: the signers begin it (tutela roster), colleagues go on at the desk.

    \b
    Example:
      tutela people vouching
    """
    with people_table():
        from tutela.hotline.people.vouching.queries import standings

        rows = [facts_of(one) for one in standings()]
    for facts in rows:
        click.echo(json.dumps(facts) if as_json else line_of(facts))
    return 0


def facts_of(one: Standing) -> dict[str, Any]:
    """One account for ``--json``; ``vouched`` is roster, colleagues or empty."""
    return {
        "person": one.public_id,
        "name": one.name,
        "roles": list(one.roles),
        "renewal": one.renewal,
        "vouched": one.vouched,
        "words": list(one.words),
        "waits": one.votes and not one.vouched,
    }


def line_of(facts: dict[str, Any]) -> str:
    """One account as it is shown in a list."""
    how = facts["vouched"] and f"vouched for by {facts['vouched']}"
    lacks = f"WAITS, {len(facts['words'])} of 2 colleagues" if facts["waits"] else "has no vote"
    return f"{facts['person']}  renewal {facts['renewal']}  {facts['name']}: {how or lacks}"
