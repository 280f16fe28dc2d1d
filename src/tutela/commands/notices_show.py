"""``tutela notices show``: one notice."""

from __future__ import annotations

import json

import click

from tutela.commands.choices import json_option
from tutela.commands.notices_table import facts_of
from tutela.commands.work_table import job_table


@click.command("show", short_help="Show one notice, and what can be done about it.")
@click.argument("notice")
@json_option
def command(*, notice: str, as_json: bool) -> int:
    """Show one notice, and what can be done about it. NOTICE is an id as tutela notices list shows it.

    \b
    Example:
      tutela notices show ntc_8k2m5yq1v7d3n0h4s6w9b8c2f5g7j1r4
    """
    with job_table():
        from tutela.hotline.takedown.access import access_notice
        from tutela.hotline.takedown.choices import sentence_of

        row = access_notice(notice)
        facts, sentence = facts_of(row), sentence_of(row)
    if as_json:
        click.echo(json.dumps(facts))
        return 0
    for name, value in facts.items():
        click.echo(f"{name:<16} {value}")
    click.echo(sentence)
    return 0
