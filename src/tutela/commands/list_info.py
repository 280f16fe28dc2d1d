"""``tutela list info``: a list in counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tutela.commands.choices import json_option

#: Rows of the text form that are dictionaries: what to call them.
_TABLES = {
    "kinds": "values by kind",
    "classes": "by legal class",
    "categories": "by category",
    "sources": "by source",
}


@click.command("info", short_help="Show what a list says about itself, in counts.")
@click.argument("path", type=click.Path(path_type=Path), metavar="LIST")
@json_option
def command(path: Path, *, as_json: bool) -> int:
    """Show what LIST says about itself and how much it holds. Never a value.

    Values below the list's PDQ quality are kept and never matched; they are counted as poor.

    \b
    Example:
      tutela list info known.tlist
    """
    from tutela.detect.matching.gathering import columns_of_list
    from tutela.detect.matching.live import LiveList, open_any
    from tutela.detect.matching.summary import counts_of, header_of

    opened = open_any(path)
    facts = {
        "list": str(path),
        "live": isinstance(opened, LiveList),
        **header_of(opened.header),
        "version": opened.version,
        "size_bytes": _size_bytes(path),
        **counts_of(opened.header, columns_of_list(opened)),
    }
    click.echo(json.dumps(facts) if as_json else _text(facts))
    return 0


def _size_bytes(path: Path) -> int:
    files = path.iterdir() if path.is_dir() else (path,)
    return sum(file.stat().st_size for file in files)


def _text(facts: dict[str, Any]) -> str:
    lines = []
    for name, value in facts.items():
        if name in _TABLES:
            lines.append(f"{_TABLES[name]}:")
            lines += [f"  {what:<24} {number:,}" for what, number in value.items()] or ["  none"]
        elif name == "thresholds":
            lines += [f"{what:<24} {number}" for what, number in value.items()]
        elif value not in ("", None):
            lines.append(f"{name:<24} {value}")
    return "\n".join(lines)
