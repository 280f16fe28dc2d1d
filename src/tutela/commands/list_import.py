"""``tutela list import``: files of other houses become a list."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tutela.commands.choices import json_option
from tutela.commands.list_header import HEADER_KEYS, header_options, make_header, output_option
from tutela.commands.list_reading import make_options, pick_format, reading_options
from tutela.commands.progress_bar import bar
from tutela.kernel.errors import Invalid

if TYPE_CHECKING:
    from tutela.detect.matching.imports import ImportReport
    from tutela.detect.matching.shapes import ListHeader


@click.command("import", short_help="Make a list from files of other houses.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@output_option
@click.option("--name", metavar="NAME", help="Name of the list; else that of the first file.")
@reading_options
@header_options
@json_option
def command(files: Sequence[Path], *, output: Path, name: str | None, as_json: bool, **chosen: Any) -> int:
    """Make a list from FILEs of other houses: CSV, JSON lines, plain hashes, NCMEC, VICS, NSRL.

    Several FILEs of one format become one list. A wrong line is named, and nothing is written then.
    Contradicting entries are kept and marked; values that everybody has are left out and counted.

    \b
    Example:
      tutela list import partner.csv -o partner.tlist --source "A partner" --class csam
    """
    format_name = pick_format(files[0], **chosen)
    heading = {key: chosen.pop(key) for key in HEADER_KEYS}
    header = _header(files, format_name, name, heading, chosen)
    report = _import(files, output, header, format_name, chosen)
    click.echo(_json(output, format_name, report) if as_json else _text(output, header, report))
    return 0


def _header(
    files: Sequence[Path], format_name: str, name: str | None, heading: dict[str, Any], chosen: dict[str, Any]
) -> ListHeader:
    """The header: what the call says, else what a JSON-lines export carries."""
    from tutela.detect.matching.readers import json_lines

    try:
        base = json_lines.read_header(files[0], chosen["encoding"] or "") if format_name == "jsonl" else None
    except ValueError as error:
        raise Invalid(str(error)) from error
    if format_name == "nsrl" and heading["known_good"] is None:
        heading["known_good"] = True
    chosen["salt_of_file"] = base is not None and heading["like"] is None
    return make_header(name or (base.name if base else files[0].stem), base=base, **heading)


def _import(
    files: Sequence[Path], output: Path, header: ListHeader, format_name: str, chosen: dict[str, Any]
) -> ImportReport:
    from tutela.detect.matching.imports import import_list
    from tutela.detect.matching.readers import FORMATS

    size_bytes = sum(os.path.getsize(file) for file in files if file.is_file())
    with bar("reading", size_bytes * FORMATS[format_name].passes, in_bytes=True) as advance:
        options = make_options(header.salt, advance, known_good=header.known_good, **chosen)
        return import_list(files, output, header, format_name, options)


def _json(output: Path, format_name: str, report: ImportReport) -> str:
    return json.dumps({"list": str(output), "format": format_name, **asdict(report)})


def _text(output: Path, header: ListHeader, report: ImportReport) -> str:
    kinds = ", ".join(f"{kind} {number:,}" for kind, number in report.kinds.items()) or "none"
    lines = [
        f"{output}: list {header.name}, version {header.version}",
        f"  {report.entries:,} entries, {report.values:,} values ({kinds})",
    ]
    if report.disputed:
        lines.append(f"  {report.disputed:,} values contradict each other; all were kept, marked disputed")
    if report.duplicates:
        lines.append(f"  {report.duplicates:,} values occur more than once; all were kept")
    return "\n".join([*lines, *(f"  {remark}" for remark in report.remarks)])
