"""``tutela list build``: a list from originals."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tutela.commands.choices import (
    EXIT_NOTHING,
    EXIT_UNREAD,
    json_option,
    open_pool,
    recipe_in_force,
    warn_of_missing_layers,
)
from tutela.commands.list_header import header_options, make_header, output_option
from tutela.commands.progress_bar import Advance, bar
from tutela.kernel.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from tutela.detect.matching.build import BuiltFile
    from tutela.detect.matching.imports import ImportReport
    from tutela.detect.matching.shapes import ListEntry, ListHeader
    from tutela.detect.scan.recipe import Recipe


@click.command("build", short_help="Make a list from originals.")
@click.argument("name", metavar="NAME")
@click.argument("folder", type=click.Path(path_type=Path), metavar="FOLDER")
@output_option
@click.option(
    "--film", "film_mode", type=click.Choice(["exact", "standard"]), help="Every frame, or one a second."
)
@click.option("--workers", type=click.IntRange(1, 256), metavar="N", help="Processes; else one a core.")
@header_options
@json_option
@click.pass_obj
def command(
    config: Path | None,
    /,
    name: str,
    folder: Path,
    *,
    output: Path,
    film_mode: str | None,
    workers: int | None,
    as_json: bool,
    **heading: Any,
) -> int:
    """Make the list NAME from the originals in FOLDER: pictures, films and other files.

    Of a picture the list gets SHA-256, SHA-1, MD5, the PDQ of every shown form, and those of centred crops
    of 5, 10 and 15 % a side; of a film the PDQ of its frames; of everything else the digests.
    Exit codes: 0 all files were read, 3 some were not (their digests are listed where there are any).

    \b
    Example:
      tutela list build example originals -o example.tlist --class csam
    """
    if not folder.exists():
        raise Invalid("there is no such folder", field=str(folder))
    header = make_header(name, **heading)
    recipe = recipe_in_force(config, film_mode=film_mode, workers=workers)
    looked = _Looked(as_json=as_json)
    report = _build(recipe, folder, output, header, looked)
    click.echo(_json(output, looked, report) if as_json else _text(output, header, looked, report))
    return EXIT_UNREAD if looked.counts["unread"] else EXIT_NOTHING


class _Looked:
    """Counts what the originals gave, and says of each what is missing."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self.counts: Counter[str] = Counter(files=0, unread=0, digests_only=0, not_listed=0)
        self.remarks: list[dict[str, str]] = []

    def entries(self, built: Iterator[BuiltFile], advance: Advance) -> Iterator[ListEntry]:
        for one in built:
            advance(1)
            self.counts["files"] += 1
            self.counts["unread"] += one.unread
            self.counts["digests_only"] += one.digests_only
            self.counts["not_listed"] += not one.entries
            if one.remark:
                self._say(one)
            yield from one.entries

    def _say(self, one: BuiltFile) -> None:
        from tutela.detect.scan.visible import visible

        if self._as_json:
            self.remarks.append({"path": str(one.path), "reason": one.remark})
        else:
            click.echo(f"{visible(str(one.path))}: {one.remark}", err=True)


def _build(recipe: Recipe, folder: Path, output: Path, header: ListHeader, looked: _Looked) -> ImportReport:
    from tutela.detect.matching.build import build_files, originals
    from tutela.detect.matching.imports import collect, report_of, write_marked
    from tutela.detect.matching.readers.options import Tally

    tally, total = Tally(), sum(1 for _ in originals(folder))
    with open_pool(recipe) as pool, bar("hashing", total) as advance:
        warn_of_missing_layers(pool)
        built = build_files(pool, originals(folder), header.salt, workers=recipe.workers, ask=recipe.ask())
        columns = collect(looked.entries(built, advance), tally)
    try:
        disputes = write_marked(output, header, columns)
    except OSError as error:
        raise Unavailable(f"{output}: the list could not be written: {error.strerror}") from error
    return report_of(output, disputes, tally)


def _json(output: Path, looked: _Looked, report: ImportReport) -> str:
    return json.dumps({"list": str(output), **looked.counts, **asdict(report), "missing": looked.remarks})


def _text(output: Path, header: ListHeader, looked: _Looked, report: ImportReport) -> str:
    kinds = ", ".join(f"{kind} {number:,}" for kind, number in report.kinds.items()) or "none"
    counts = looked.counts
    lines = [
        f"{output}: list {header.name}, version {header.version}",
        f"  {counts['files']:,} files, {report.entries:,} entries, {report.values:,} values ({kinds})",
    ]
    if counts["digests_only"]:
        lines.append(f"  {counts['digests_only']:,} files are listed by their digests only")
    if counts["unread"]:
        lines.append(f"  {counts['unread']:,} files could not be read, or not completely")
    return "\n".join([*lines, *(f"  {remark}" for remark in report.remarks)])
