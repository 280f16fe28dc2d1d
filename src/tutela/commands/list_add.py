"""``tutela list add``: entries into a live list, found at once by whoever is using it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tutela.commands.choices import configured, json_option
from tutela.commands.list_header import HEADER_KEYS, make_header
from tutela.commands.list_reading import make_options, pick_format, reading_options
from tutela.commands.progress_bar import silent
from tutela.kernel.errors import Invalid

if TYPE_CHECKING:
    from tutela.detect.matching.live_writer import LiveWriter


@click.command("add", short_help="Add entries to a live list.")
@click.argument("folder", type=click.Path(path_type=Path), metavar="LIVE")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE...]")
@click.option("--create", is_flag=True, help="Make the live list if there is none.")
@click.option(
    "--from",
    "start",
    type=click.Path(path_type=Path),
    metavar="LIST",
    help="With --create: begin with the header and the entries of this list.",
)
@reading_options
@json_option
@click.pass_obj
def command(
    config: Path | None,
    /,
    *,
    folder: Path,
    files: Sequence[Path],
    create: bool,
    start: Path | None,
    as_json: bool,
    **chosen: Any,
) -> int:
    """Add the entries of FILEs (any format that list import reads) to the live list in the folder LIVE.

    All of them are added or none. They are on disk when the command ends and found within a second by
    every scan that uses the list.

    \b
    Example:
      tutela list add --create --from known.tlist live partner.csv
    """
    from tutela.detect.matching.live_writer import TAIL_ROWS_MAX, LiveWriter

    if start is not None and not create:
        raise Invalid("is of use only with --create", field="--from")
    new = create and not folder.exists()
    settings = configured(config)
    rows_max = TAIL_ROWS_MAX if settings is None else settings.matching.tail_rows_max
    with _created(folder, start, rows_max) if new else LiveWriter(folder, tail_rows_max=rows_max) as live:
        before = len(live)
        added, remarks = _add(live, files, chosen)
        facts = {"list": str(folder), "version": live.version, "added": added, "values": len(live)}
    facts["created"] = before if new else 0
    click.echo(json.dumps({**facts, "remarks": remarks}) if as_json else _text(facts, remarks))
    return 0


def _created(folder: Path, start: Path | None, rows_max: int) -> LiveWriter:
    from tutela.detect.matching.live import open_any
    from tutela.detect.matching.live_writer import create_live

    if start is None:
        header = make_header(folder.name, **dict.fromkeys(HEADER_KEYS))
        return create_live(folder, header, tail_rows_max=rows_max)
    opened = open_any(start)
    return create_live(folder, opened.header, opened.entries(), tail_rows_max=rows_max)


def _add(live: LiveWriter, files: Sequence[Path], chosen: dict[str, Any]) -> tuple[int, list[str]]:
    """Number of values added, and what was left out. Raises Invalid naming file and line."""
    from tutela.detect.matching.additions import add_entries
    from tutela.detect.matching.imports import without_poison
    from tutela.detect.matching.readers import read_entries
    from tutela.detect.matching.readers.options import Tally

    if not files:
        return 0, []
    tally, header = Tally(), live.header
    options = make_options(header.salt, silent, known_good=header.known_good, salt_of_file=False, **chosen)
    try:
        read = read_entries(files, pick_format(files[0], **chosen), options, tally)
        entries = list(without_poison(read, tally))
    except ValueError as error:
        raise Invalid(str(error)) from error
    done = add_entries(live, entries)
    tally.add("values stood there already", done.already)
    tally.add("older values are contradicted now; both sides are marked disputed", done.contradicted)
    return done.added, tally.sentences()


def _text(facts: dict[str, Any], remarks: Sequence[str]) -> str:
    first = (
        f"{facts['list']}: version {facts['version']}, {facts['added']:,} values added,"
        f" {facts['values']:,} in all"
    )
    return "\n".join([first, *(f"  {remark}" for remark in remarks)])
