"""``tutela conformance``: a neutral sheet on how a matcher finds, answers and endures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tutela.kernel.errors import Invalid

if TYPE_CHECKING:
    from tutela.detect.service.conformance.kit import Options
    from tutela.detect.service.conformance.results import Row, Sheet

#: Some checks failed, or something that the kit made could not be removed.
EXIT_FAILED = 1
#: Names that ``--shape`` takes; a test compares them with the shapes there are.
SHAPE_NAMES = ("hma", "arachnid", "tutela")
#: Pictures on the sheet and the most that may be asked for (a run of 100 takes minutes).
PICTURES, PICTURES_MAX = 10, 1_000
#: Parallel askers and the most (issue 3 loads with 64 connections).
ASKERS, ASKERS_MAX = 8, 64
#: The threshold of PDQ that is asked at (pdq/README), and the most: two pictures differ in about 128 bits.
DISTANCE_BITS, DISTANCE_BITS_MAX = 31, 100
#: Seconds for one answer, for something new to be found, and within which it should be.
TIMEOUT_SECONDS, WAIT_SECONDS, FRESH_SECONDS = 30.0, 120.0, 1.0


@click.command("conformance", short_help="Test any matcher and write a neutral sheet.")
@click.argument("url")
@click.option("--shape", type=click.Choice(SHAPE_NAMES), required=True, help="How the matcher is spoken to.")
@click.option(
    "--token",
    envvar="TUTELA_CONFORMANCE_TOKEN",
    default="",
    metavar="T",
    help="Token: Bearer (tutela), first part of the path (hma), user:password (arachnid). Better given as "
    "TUTELA_CONFORMANCE_TOKEN, which other users of the machine do not see.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the sheet as HTML.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the sheet as one JSON object.")
@click.option(
    "--pictures",
    type=click.IntRange(1, PICTURES_MAX),
    default=PICTURES,
    show_default=True,
    help="Generated pictures to add and to ask in thirteen kinds of copy.",
)
@click.option(
    "--askers",
    type=click.IntRange(1, ASKERS_MAX),
    default=ASKERS,
    show_default=True,
    help="Parallel askers.",
)
@click.option(
    "--distance",
    "distance_bits",
    type=click.IntRange(0, DISTANCE_BITS_MAX),
    default=DISTANCE_BITS,
    show_default=True,
    help="The matcher's own threshold in bits of 256: found at it, not found one bit beyond.",
)
@click.option("--seed", type=click.IntRange(0, 1_000), default=0, show_default=True, help="Other pictures.")
@click.option(
    "--wait",
    "wait_seconds",
    type=click.FloatRange(0.1, 3_600),
    default=WAIT_SECONDS,
    show_default=True,
    help="Seconds until something new must be found at all.",
)
@click.option(
    "--fresh",
    "fresh_seconds",
    type=click.FloatRange(0.001, 3_600),
    default=FRESH_SECONDS,
    show_default=True,
    help="Seconds within which the freshness check wants it.",
)
@click.option(
    "--timeout",
    "timeout_seconds",
    type=click.FloatRange(0.1, 600),
    default=TIMEOUT_SECONDS,
    show_default=True,
    help="Seconds for one answer.",
)
@click.option(
    "--originals",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Ask nothing; write the pictures to load beforehand into DIR.",
)
@click.option("--preloaded", is_flag=True, help="The matcher knows the pictures of --originals already.")
def command(
    *,
    url: str,
    shape: Any,
    token: str,
    output: Path | None,
    as_json: bool,
    seed: int,
    timeout_seconds: float,
    originals: Path | None,
    **chosen: Any,
) -> int:
    """Ask the matcher at URL generated, harmless pictures, and say what it finds, refuses and endures.

    Works with any service of one of the shapes, tutela's or another's. The kit makes lists with a random
    name and removes them at its end; use a test system all the same. What a shape cannot do is "not
    applicable", never "passed".

    Exit codes: 0 all applicable checks passed, 1 some failed, 2 the call was wrong,
    3 the service could not be reached.

    \b
    Example:
      tutela conformance http://127.0.0.1:8702 --shape tutela -o sheet.html
    """
    from tutela.demo.samples import GeneratedSamples
    from tutela.detect.media.pool import MediaPool
    from tutela.detect.service.conformance.kit import Kit, Options
    from tutela.detect.service.conformance.own_values import values_by
    from tutela.detect.service.conformance.shapes.choice import subject_of
    from tutela.detect.service.conformance.suite import run_suite
    from tutela.detect.service.conformance.wire import Wire

    options = Options(seed=seed, **chosen)
    if originals is not None:
        return _write_originals(originals, options)
    _check_output(output)
    wire = Wire(url, timeout_seconds=timeout_seconds)
    with MediaPool(workers=1) as pool:
        subject = subject_of(shape, wire, token, values_by(pool))
        kit = Kit(subject=subject, samples=GeneratedSamples(seed), options=options)
        sheet = run_suite(kit, wire.host, tell=lambda row: click.echo(line(row), err=as_json))
    _hand_over(sheet, output, as_json=as_json)
    return 0 if sheet.passed else EXIT_FAILED


def line(row: Row) -> str:
    """One line of the sheet for the terminal."""
    counts = f"{row.found}/{row.total}" if row.total else ""
    return f"{row.status:<14}  {row.group:<9}  {counts:>9}  {row.title}{': ' if row.words else ''}{row.words}"


def _hand_over(sheet: Sheet, output: Path | None, *, as_json: bool) -> None:
    from tutela import __version__
    from tutela.detect.service.conformance.report import headline, render_sheet, sheet_json

    if output is not None:
        output.write_text(render_sheet(sheet, __version__), encoding="utf-8")
    if as_json:
        click.echo(json.dumps(sheet_json(sheet)))
    else:
        click.echo(headline(sheet))


def _check_output(output: Path | None) -> None:
    """Returns when the sheet can be written there. Raises Invalid before anything is asked."""
    if output is not None and not output.resolve().parent.is_dir():
        raise Invalid("its folder does not exist", field="--output")


def _write_originals(folder: Path, options: Options) -> int:
    from tutela.demo.samples import GeneratedSamples
    from tutela.detect.service.conformance.samples import sample_name

    samples = GeneratedSamples(options.seed)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(options.pictures):
        (folder / f"{sample_name(number)}.jpg").write_bytes(samples.original(number))
    click.echo(f"{options.pictures} pictures written to {folder}")
    return 0
