"""``tutela statistics yearly``: the report of a year."""

from __future__ import annotations

import json

import click

from tutela.commands.statistics_export import year_option
from tutela.commands.work_table import job_table


@click.command("yearly", short_help="Print the report of a year, small counts hidden.")
@year_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "html", "csv", "json"]),
    default="markdown",
    help="What to print (markdown).",
)
def command(*, year: int, form: str) -> int:
    """Print the report of a year: reports, items, and notices as DSA Article 22(3) asks of trusted flaggers.

    Also what people found: items that show a child, by age band, sex, severity, country and kind of site; and
    referrals with what their partners answered.

    Small counts are hidden, and what would give them away (setting statistics.small_count).

    \b
    Example:
      tutela statistics yearly --year 2026
    """
    from tutela.config import load

    with job_table():
        from tutela.hotline.statistics import rendering
        from tutela.hotline.statistics.queries.year import year_facts
        from tutela.hotline.statistics.yearly import as_json, tables

        small_count = load().statistics.small_count
        made = tables(year_facts(year), small_count)
    if form == "json":
        text = json.dumps(as_json(made, year=year, small_count=small_count), indent=1) + "\n"
    elif form == "csv":
        text = rendering.render_csv(made)
    else:
        render = rendering.render_html if form == "html" else rendering.render_markdown
        text = render(made, year=year, small_count=small_count)
    click.echo(text.encode(), nl=False)
    return 0
