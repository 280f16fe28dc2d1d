"""``tutela list export``: a list in an open format, for a named recipient."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from tutela.commands.choices import json_option
from tutela.commands.list_header import output_option


@click.command("export", short_help="Write a list for a named recipient.")
@click.argument("path", type=click.Path(path_type=Path), metavar="LIST")
@output_option
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["csv", "jsonl", "text"]),
    default="csv",
    show_default=True,
    help="jsonl loses nothing; text is one value a line of one --kind.",
)
@click.option("--kind", default="", metavar="KIND", help="Kind of values for --format text.")
@click.option("--recipient", required=True, metavar="NAME", help="Who gets the list.")
@click.option("--purpose", required=True, metavar="TEXT", help="What the recipient may use it for.")
@json_option
def command(
    path: Path,
    *,
    output: Path,
    format_name: str,
    kind: str,
    recipient: str,
    purpose: str,
    as_json: bool,
) -> int:
    """Write LIST with its values for a named recipient and purpose.

    Beside the file a record is written (FILE.record.json): recipient, purpose, time, SHA-256.
    The values allow conclusions about victims: send them sealed, and only to this recipient.

    \b
    Example:
      tutela list export known.tlist -o out.csv --recipient "Hotline X" --purpose "matching of uploads"
    """
    from tutela.detect.matching.exports import export_list
    from tutela.detect.matching.live import open_any
    from tutela.kernel.clock import SystemClock

    record = export_list(
        open_any(path), output, format_name, to=(recipient, purpose), kind=kind, clock=SystemClock()
    )
    if as_json:
        click.echo(json.dumps(asdict(record)))
    else:
        click.echo(f"{output}: {record.values:,} values of list {record.list} for {record.recipient}")
    return 0
