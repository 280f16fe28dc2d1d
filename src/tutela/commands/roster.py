"""``tutela roster``: whose accounts the signers vouch for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from tutela.commands.configuration_group import Paper, group_of
from tutela.hotline.people.vouching.roster import (
    ROSTER,
    SAMPLES,
    Roster,
    render_roster,
    roster_in_force,
    sample_text,
)
from tutela.kernel.clock import SystemClock


def describe(roster: Roster) -> Iterator[str]:
    """What the roster means, in lines for people."""
    yield f"roster number {roster.number}, {len(roster.people)} accounts"
    for public_id, line in roster.people.items():
        roles = ", ".join(sorted(line.roles)) or "no role"
        yield f"{public_id} renewal {line.renewal}: {line.name}, {roles}"


def facts(roster: Roster) -> dict[str, Any]:
    """The same for programs."""
    people = {
        public_id: {"name": line.name, "roles": sorted(line.roles), "renewal": line.renewal}
        for public_id, line in roster.people.items()
    }
    return {"number": roster.number, "people": people}


command = group_of(
    Paper(
        word="roster",
        summary="Say whose accounts the signers vouch for.",
        explanation="The roster is a TOML text that enough signers signed. Whom it names counts as a person"
        " of their own where more than one is needed, until the account gets a new sign-in or a voting role.",
        kind=ROSTER,
        samples=SAMPLES,
        sample_text=sample_text,
        describe=describe,
        facts=facts,
    )
)


@command.command("draft", short_help="Print a roster of everybody who works here now.")
def draft() -> None:
    """Print a roster of everybody who works here now, to be compared and signed; nothing is put in force.

    Its number is the next one. Before anybody signs, each person reads out the id and the renewal from the
    page of their own sign-in: whoever cannot is taken out of the file.

    \b
    Example:
      tutela roster draft > roster.toml
    """
    from tutela.commands.people_found import people_table

    with people_table():
        from tutela.hotline.people.vouching.queries import draft_lines

        lines = draft_lines()
    number = roster_in_force().number + 1
    click.echo(render_roster(lines, number=number, now=SystemClock().now()), nl=False)
