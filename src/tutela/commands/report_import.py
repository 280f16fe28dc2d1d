"""``tutela report import``: the rows of a CSV file, all of them or none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutela.commands.work_table import job_table
from tutela.kernel.errors import Invalid

if TYPE_CHECKING:
    from tutela.hotline.intake.csv_rows import Row, WrongRow

#: Wrong rows that are named; a list of all the others helps nobody (our own).
NAMED_MAX = 20


@click.command("import", short_help="Hand in the rows of a CSV file, SCART's too.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only look whether every row can be taken in.")
@click.option("--skip-wrong", is_flag=True, help="Take in the right rows although others are wrong.")
def command(*, file: Path, check: bool, skip_wrong: bool) -> int:
    """Hand in each row of FILE as one report. Nothing is taken in while a row is wrong.

    The first line names the columns: url, and if you like referrer, reference, text, access, route, urgent;
    or SCART's URL;REFERER;WORKUSER-EMAIL;REFERENCE;SOURCE;TYPE. A file that is imported twice makes its
    reports twice; the second ones join the places of the first.

    \b
    Example:
      tutela report import list.csv --check
    """
    from tutela.hotline.intake.csv_rows import Row, parse_rows

    rows = list(parse_rows(_text(file)))
    right = [one for one in rows if isinstance(one, Row)]
    wrong = [one for one in rows if not isinstance(one, Row)]
    for one in wrong[:NAMED_MAX]:
        click.echo(f"line {one.line}: {_why(one)}", err=True)
    if wrong and not skip_wrong:
        raise Invalid(f"{len(wrong)} of {len(rows)} rows are wrong; nothing was taken in", field="file")
    if not check:
        _take_in(right)
    click.echo(f"{len(right)} {'can be taken in' if check else 'taken in'}, {len(wrong)} wrong")
    return 0


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid("is not written in UTF-8", field="file") from error


def _why(row: WrongRow) -> str:
    return ", ".join(f"{one.field} {one.problem.replace('_', ' ')}" for one in row.complaints)


def _take_in(rows: list[Row]) -> None:
    with job_table():
        from tutela.hotline.intake.actions import keep_report
        from tutela.hotline.intake.prepared import Origin
        from tutela.hotline.intake.receipts import build_receipt

        for row in rows:
            keep_report(row.told, build_receipt(), origin=Origin(), channel="file")
