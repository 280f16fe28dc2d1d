"""``tutela match``: single files, and what is inside them, against lists."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tutela.commands.choices import (
    exit_code,
    json_option,
    list_option,
    media_options,
    open_pool,
    recipe_in_force,
    warn_of_missing_layers,
)
from tutela.kernel.errors import Invalid

if TYPE_CHECKING:
    from tutela.detect.scan.findings import FindingsSink
    from tutela.detect.scan.shapes import ScanFile


@click.command("match", short_help="Compare single files with lists.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@list_option
@media_options
@json_option
@click.pass_obj
def command(
    config: Path | None, /, files: Sequence[str], *, lists: Sequence[Path], as_json: bool, **chosen: Any
) -> int:
    """Say of each FILE, and of every member of an archive, whether a LIST knows it.

    Exit codes: 1 something known or candidate, else 3 some input could not be read, else 0;
    2 the call was wrong.

    \b
    Example:
      tutela match photo.jpg holiday.zip --list known.tlist --json
    """
    recipe = recipe_in_force(config, **chosen)
    _check_no_folder(files)
    with open_pool(recipe, workers=1) as pool:  # boots while the rest is imported
        from tutela.detect.scan.assembly import assemble
        from tutela.detect.scan.engines import SerialEngine
        from tutela.detect.scan.journal import Journal
        from tutela.detect.scan.lists import open_lists
        from tutela.detect.scan.totals import tally

        opened = open_lists(lists, index=recipe.picked_index())
        with Journal(None) as journal:
            scanner = assemble(recipe, pool, opened, journal, _sink(as_json=as_json), engine=SerialEngine())
            warn_of_missing_layers(pool)
            scanner.run(_scan_files(files))
            return exit_code(tally(journal))


def _check_no_folder(files: Sequence[str]) -> None:
    folder = next((path for path in files if os.path.isdir(path)), None)
    if folder is not None:
        raise Invalid("is a folder; tutela scan looks into folders", field=folder)


def _scan_files(files: Sequence[str]) -> list[ScanFile]:
    from tutela.detect.scan.shapes import ScanFile
    from tutela.detect.scan.sources.folders import open_file

    return [
        ScanFile(path=path, opener=partial(open_file, os.fsencode(path), device_allowed=True))
        for path in files
    ]


def _sink(*, as_json: bool) -> FindingsSink:
    from tutela.detect.scan.findings import StreamSink

    if as_json:
        return StreamSink(sys.stdout.buffer)
    from tutela.detect.scan.terminal import TextSink

    return TextSink(sys.stdout)
