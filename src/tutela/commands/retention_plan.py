"""``tutela retention plan``: which kept bytes, addresses and words will be destroyed, and when."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from tutela.commands.choices import json_option
from tutela.commands.work_table import job_table
from tutela.kernel.clock import SystemClock, iso_utc

if TYPE_CHECKING:
    from tutela.hotline.cases.actions.destroying import Planned
    from tutela.hotline.cases.keeping import Emptying

#: Days that are looked ahead where nothing is said, and at most: a hundred years (our own).
DAYS, DAYS_MAX = 7, 36_500


@click.command("plan", short_help="Show what is kept and will be destroyed, and when.")
@click.option(
    "--days", default=DAYS, type=click.IntRange(0, DAYS_MAX), help="So many days ahead (7); 0: what is due."
)
@json_option
def command(*, days: int, as_json: bool) -> int:
    """Show what is kept and will be destroyed within so many days, the oldest first. Nothing is destroyed.

    A line for each object: its id, its item, when it goes, and which rule of the mandate says so: at_most
    (keeping) or after_hand_over. Then a line for each item whose addresses go, and for each report whose
    words do. What a legal hold keeps stays, and so do addresses of an item that still goes on; the line says
    so. The opener's process destroys what is due every two hours.

    \b
    Example:
      tutela retention plan --days 30
    """
    with job_table():
        from tutela.hotline.cases.actions.destroying import kept_bytes, planned
        from tutela.hotline.cases.actions.emptying import planned_addresses
        from tutela.hotline.intake.reporter_words import planned_words
        from tutela.hotline.people.mandate.reading import mandate_in_force

        mandate, until = mandate_in_force(), SystemClock().now() + timedelta(days=days)
        stores = mandate.grants("store_evidence")
        rows = sorted(planned(mandate, until=until), key=lambda one: one.times.delete_by)
        kept = kept_bytes()
        emptied = [*planned_addresses(mandate, until=until), *planned_words(mandate, until=until)]
    for line in _json_lines(rows) if as_json else _lines(rows, kept, stores=stores):
        click.echo(line)
    for one in emptied:
        click.echo(json.dumps(_facts_of(one)) if as_json else _line_of(one))
    return 0


def _json_lines(rows: list[Planned]) -> Iterator[str]:
    for one in rows:
        facts: dict[str, Any] = {
            "object": one.blob,
            "item": one.item,
            "keep_until": iso_utc(one.times.keep_until),
            "delete_by": iso_utc(one.times.delete_by),
            "rule": one.times.rule,
            "held": one.times.is_held,
        }
        yield json.dumps(facts)


def _lines(rows: list[Planned], kept: int, *, stores: bool) -> Iterator[str]:
    for one in rows:
        held = "  held: it stays" if one.times.is_held else ""
        yield f"{one.blob}  {one.item}  {iso_utc(one.times.delete_by)}  {one.times.rule}{held}"
    if not stores:
        yield "the mandate in force grants no storing: nothing is destroyed by itself"
    going = sum(not one.times.is_held for one in rows)
    yield f"{going} of {kept} kept objects will be destroyed, {len(rows) - going} are held"


def _facts_of(one: Emptying) -> dict[str, Any]:
    facts = {"delete_by": iso_utc(one.delete_by), "rule": "after_hand_over"}
    return {f"{one.what}_of": one.of, **facts, "held": one.is_held, "needed": one.is_needed}


def _line_of(one: Emptying) -> str:
    stays = "  held: they stay" if one.is_held else "  its item goes on: they stay" if one.is_needed else ""
    return f"{one.what} of {one.of}  {iso_utc(one.delete_by)}  after_hand_over{stays}"
