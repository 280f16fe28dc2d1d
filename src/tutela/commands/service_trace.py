"""``tutela service trace``: whose copy of a list turned up somewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutela.commands.choices import EXIT_MET, EXIT_NOTHING, json_option
from tutela.commands.progress_bar import bar
from tutela.kernel.settings import home

if TYPE_CHECKING:
    from tutela.detect.service.leaks import Trace


@click.command("trace", short_help="Say whose copy of a list turned up.")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@json_option
def command(*, file: Path, as_json: bool) -> int:
    """Say whose copy of a list FILE is, by the canaries that each recipient of the list feed got.

    FILE is a list of tutela, or any text that holds the values: CSV, JSON, SQL, lines. MD5 and PDQ values
    are found wherever they stand; no value is printed. Who may have leaked is read from the record of what
    was given out in TUTELA_HOME/match, the canaries from its feed.key.

    Exit codes: 0 nobody's canaries are in it, 1 somebody's are, 2 the call was wrong, there is no key, or no
    value is in FILE, 3 something could not be read.

    \b
    Example:
      tutela service trace leaked.csv
    """
    from tutela.detect.service.leaks import trace

    size_bytes = file.stat().st_size if file.is_file() else 0
    with bar("reading", size_bytes, in_bytes=True) as advance:
        found = trace(file, home() / "match", progress=advance)
    click.echo(_json(file, found) if as_json else _text(file, found))
    return EXIT_MET if found.met else EXIT_NOTHING


def _json(file: Path, found: Trace) -> str:
    recipients = [
        {"recipient": name, "canaries": sum(lists.values()), "lists": dict(lists)}
        for name, lists in found.met.items()
    ]
    return json.dumps({"file": str(file), "values": found.values, "recipients": recipients})


def _text(file: Path, found: Trace) -> str:
    lines = [f"{file}: {found.values:,} values"]
    for name, lists in found.met.items():
        of_lists = ", ".join(f"{count} of {known}" for known, count in lists.items())
        lines.append(f"{name}: {sum(lists.values())} canaries ({of_lists})")
    if not found.met:
        lines.append("nobody's canaries are in it")
    if len(found.met) > 1:
        lines.append("several recipients: somebody put copies together, or several leaked")
    return "\n".join(lines)
