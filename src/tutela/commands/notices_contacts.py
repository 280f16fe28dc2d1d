"""``tutela notices contacts``: what look-ups propose, and the house's book."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from tutela.commands.choices import json_option
from tutela.commands.work_table import job_table
from tutela.kernel.clock import iso_utc

if TYPE_CHECKING:
    from tutela.hotline.takedown.contacts.queries import ContactRow

#: The states, in the order in which they are shown; a test compares them with the app's.
STATES = ("proposed", "listed", "approved", "refused")


@click.command("contacts", short_help="Show contacts: what waits for a yes, the house's book.")
@click.option("--state", default="", type=click.Choice(["", *STATES]), help="Only contacts of this state.")
@json_option
def command(*, state: str, as_json: bool) -> int:
    """Show contacts, first those that wait for a yes, and how many places wait.

    A digest stands where a contact is for one host, site, address or network: no place is named here. Exit
    code 1 where a place waits for a person.

    \b
    Example:
      tutela notices contacts --state proposed
    """
    with job_table():
        from tutela.hotline.takedown.contacts import queries

        rows, counts = queries.contacts(state), queries.searches()
    for row in rows:
        click.echo(json.dumps(_facts(row)) if as_json else _line(row))
    if not as_json:
        click.echo("no such contact" if not rows else "", nl=not rows)
        click.echo(_waiting(counts))
    return 1 if counts["person"] or counts["by_hand"] else 0


def _facts(row: ContactRow) -> dict[str, Any]:
    """One contact for ``--json``: times in UTC, an empty text where there is nothing."""
    made, decided = iso_utc(row.made_at), iso_utc(row.decided_at) if row.decided_at else ""
    return {**asdict(row), "reasons": list(row.reasons), "made_at": made, "decided_at": decided}


def _line(row: ContactRow) -> str:
    waits = f", {row.waiting} waiting" if row.waiting else ""
    source = row.source or "house"
    return (
        f"{row.public_id}  {row.state:<8}  {row.rung:<10} {row.kind:<4} {row.address}  "
        f"{row.organisation} ({row.what_for}, {source}{waits})"
    )


def _waiting(counts: dict[str, int]) -> str:
    return (
        f"places: {counts['person']:,} wait for a yes, {counts['by_hand']:,} for a form to be filled in, "
        f"{counts['registry']:,} for a registry; of {counts['nobody']:,} nobody is known, "
        f"of {counts['exhausted']:,} everybody was told in vain; "
        f"{counts['passed_over']:,} addresses could be the offender's and were left out"
    )
