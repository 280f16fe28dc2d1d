"""``tutela work list``: jobs, or the workers that do them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import click

from tutela.commands.choices import json_option
from tutela.commands.work_table import facts_of, job_table, line_of
from tutela.kernel.clock import iso_utc

if TYPE_CHECKING:
    from tutela.hotline.work.queries import Worked


@click.command("list", short_help="Show jobs: what waits, runs or is parked.")
@click.option(
    "--state",
    type=click.Choice(["later", "waiting", "running", "parked"]),
    help="Only jobs in this state.",
)
@click.option("--kind", default="", metavar="KIND", help="Only jobs of this kind.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="Jobs at most.")
@click.option("--workers", "only_workers", is_flag=True, help="Show who works instead.")
@json_option
def command(*, state: str | None, kind: str, limit: int, only_workers: bool, as_json: bool) -> int:
    """Show jobs: what waits, runs or is parked.

    In the order of their turn: urgent first (priority 0), then by time. later: its time has not come; parked:
    it failed as often as it may be tried, or trying again is no use, and waits for a person.

    \b
    Example:
      tutela work list --state parked
    """
    with job_table():
        for line in _workers(as_json) if only_workers else _jobs(state or "", kind, limit, as_json):
            click.echo(line)
    return 0


def _jobs(state: str, kind: str, limit: int, as_json: bool) -> Iterator[str]:  # noqa: FBT001 - as click gave it
    from tutela.hotline.work import queries

    for row in queries.job_rows(state=state, kind=kind, limit=limit):
        yield json.dumps(facts_of(row)) if as_json else line_of(row)
    if not as_json:
        yield _counted(queries.counts(), queries.oldest_due())


def _counted(counts: Mapping[str, int], oldest_seconds: float) -> str:
    oldest = f"; the oldest is due for {oldest_seconds:,.0f} s" if oldest_seconds >= 1 else ""
    return ", ".join(f"{number:,} {name}" for name, number in counts.items()) + oldest


def _workers(as_json: bool) -> Iterator[str]:  # noqa: FBT001 - as click gave it
    from tutela.hotline.work import queries

    found = queries.workers()
    for one in found:
        facts = {
            "worker": one.name,
            "instance": one.instance,
            "started": iso_utc(one.started),
            "seen": iso_utc(one.seen),
            "finished": one.finished,
            "failed": one.failed,
            "name_shared": one.name_shared,
        }
        yield json.dumps(facts) if as_json else _line(one)
    if not found and not as_json:
        yield "nobody works: tutela work run"


def _line(one: Worked) -> str:
    seen = f"since {iso_utc(one.started)}, seen {iso_utc(one.seen)}"
    shared = "  SHARES ITS NAME, which harms nothing" if one.name_shared else ""
    return f"{one.name}  {seen}, {one.finished:,} jobs done, {one.failed:,} tries failed{shared}"
