"""``tutela statistics export``: the facts of a year, a row each."""

from __future__ import annotations

import click

from tutela.commands.work_table import job_table

#: First and last year that can be asked for: those of four digits that a calendar of ours knows.
YEAR_MIN, YEAR_MAX = 2000, 2999
year_option = click.option(
    "--year", required=True, type=click.IntRange(YEAR_MIN, YEAR_MAX), help="Year of UTC, four digits."
)


@click.command("export", short_help="Print the facts of a year, a row each, without ids and content.")
@year_option
@click.option(
    "--format", "form", type=click.Choice(["json", "csv"]), default="json", help="What to print (json)."
)
def command(*, year: int, form: str) -> int:
    """Print the facts of a year: one row for each report, item and notice, without ids and content.

    Nothing is hidden in it: it is for counting again, not for publishing. Times are months.

    \b
    Example:
      tutela statistics export --year 2026 --format csv
    """
    with job_table():
        from tutela.hotline.statistics.queries.year import year_facts
        from tutela.hotline.statistics.rendering import render_facts_csv, render_facts_json

        facts = year_facts(year)
    text = render_facts_csv(facts) if form == "csv" else render_facts_json(facts, year=year)
    click.echo(text.encode(), nl=False)
    return 0
