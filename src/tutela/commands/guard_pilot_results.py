"""``tutela guard pilot open`` and ``analyse``: what came of the study."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tutela.commands.guard_pilot_office import office_at, office_options
from tutela.kernel.clock import SystemClock
from tutela.kernel.errors import Invalid

if TYPE_CHECKING:
    from tutela.prevent.guard.pilot.office import Office
    from tutela.prevent.guard.pilot.opening import Opened
    from tutela.prevent.guard.pilot.questions import Answers

#: Bytes of the largest table of professionals' answers (our own).
_TABLE_BYTES_MAX = 1_000_000
#: Names of the files that ``analyse`` writes; the first is the clinic's own.
EXACT, PUBLISHED, REPORT, PAGE, LEDGER = "exact.json", "published.json", "report.md", "report.html", "ledger"


@click.command("open", short_help="Clinic: open the reports and write a table.")
@office_options
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The table (CSV)."
)
def open_command(folder: Path, *, keys_folder: Path | None, output: Path) -> int:
    """Open the reports of everybody enrolled and write a table of them, a line for each person.

    \b
    Example:
      tutela guard pilot open our-study -o rows.csv
    """
    from tutela.kernel.custody import durable
    from tutela.prevent.guard.pilot.opening import rows_csv

    opened = _opened(office_at(folder, keys_folder))
    durable.write_file(output, rows_csv(opened.rows).encode("ascii"))
    _say_opened(opened)
    return 0


@click.command("analyse", short_help="Clinic: compute the figures, and totals with noise to publish.")
@office_options
@click.option("--release", required=True, metavar="NAME", help="Name of this publication: 2027-09.")
@click.option(
    "--professionals",
    "professionals_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Answers of professionals (CSV).",
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Where the files go.",
)
def analyse_command(
    folder: Path, *, keys_folder: Path | None, release: str, professionals_file: Path | None, output: Path
) -> int:
    """Compute the exact figures for the clinic, and for everybody else totals with noise and their report.

    Noise is drawn once for each release and paid from the study's privacy budget before.

    \b
    Example:
      tutela guard pilot analyse our-study --release 2027-09 -o results
    """
    from tutela.kernel.privacy.ledger import Ledger
    from tutela.prevent.guard.pilot import analysing, publishing

    office = office_at(folder, keys_folder)
    study, opened, told = office.study(), _opened(office), _professionals(professionals_file)
    exact = analysing.exact_figures(study, opened.rows, told)
    spent = publishing.charge(
        Ledger(folder / LEDGER),
        release,
        study,
        asked_professionals=bool(told),
        day=SystemClock().now().date(),
    )
    people = publishing.noised(analysing.totals(study, opened.rows), study.budget)
    own = publishing.noised(analysing.professional_totals(told), study.budget) if told else ()
    data = publishing.published(study, release, people=people, professionals=own, spent=spent)
    _write(output, exact, data)
    _say_opened(opened)
    click.echo(f"{release}: {output / PUBLISHED}; {spent} of {study.budget.total} of the budget is spent")
    click.echo(f"{output / EXACT} is for the clinic alone", err=True)
    return 0


def _opened(office: Office) -> Opened:
    from tutela.prevent.guard.pilot.opening import open_all
    from tutela.prevent.guard.pilot.store import Store

    return open_all(office, Store(office.path, SystemClock()).frames())


def _say_opened(opened: Opened) -> None:
    told = sum(row.report is not None for row in opened.rows)
    click.echo(f"{len(opened.rows)} people enrolled, reports of {told}")
    if opened.unread:
        click.echo(f"{opened.unread} reports are damaged or of nobody enrolled: not counted", err=True)


def _professionals(path: Path | None) -> tuple[Answers, ...]:
    from tutela.kernel.custody import durable
    from tutela.prevent.guard.pilot.opening import professionals

    if path is None:
        return ()
    try:
        return professionals(durable.read_file(path, _TABLE_BYTES_MAX).decode("utf-8"))
    except (LookupError, ValueError) as error:
        raise Invalid("there is no such text", field=str(path)) from error


def _write(output: Path, exact: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    from tutela.kernel.custody import durable
    from tutela.prevent.guard.pilot import rendering

    files = {
        EXACT: json.dumps(exact, indent=2),
        PUBLISHED: json.dumps(data, indent=2),
        REPORT: rendering.markdown(data),
        PAGE: rendering.page(data),
    }
    for name, text in files.items():
        durable.write_file(output / name, text.rstrip("\n").encode() + b"\n")
