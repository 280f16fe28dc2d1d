"""``tutela list diff``: what changed between two lists."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutela.commands.choices import json_option

if TYPE_CHECKING:
    from tutela.detect.matching.columns import Columns
    from tutela.detect.matching.comparing import Difference
    from tutela.detect.matching.shapes import ListHeader

#: Entry ids shown in the text form; --json has all of them.
SHOWN_MAX = 20


@click.command("diff", short_help="Show what changed between two lists, in counts.")
@click.argument("older", type=click.Path(path_type=Path), metavar="OLDER")
@click.argument("newer", type=click.Path(path_type=Path), metavar="NEWER")
@json_option
def command(older: Path, newer: Path, *, as_json: bool) -> int:
    """Show how many values NEWER has that OLDER has not, and the other way round, with their entry ids.

    Changed are values about which the lists say different things: class, category, source, validity.
    URLs and keywords can be compared only when both lists have the same salt (--like). Never a value.

    \b
    Example:
      tutela list import partner.csv -o new.tlist && tutela list diff known.tlist new.tlist
    """
    from tutela.detect.matching.comparing import compare

    found = compare(_opened(older), _opened(newer))
    click.echo(json.dumps({"same": found.same, **asdict(found)}) if as_json else _text(found))
    return 0


def _opened(path: Path) -> tuple[ListHeader, Columns]:
    from tutela.detect.matching.gathering import columns_of_list
    from tutela.detect.matching.live import open_any

    opened = open_any(path)
    return opened.header, columns_of_list(opened)


def _text(found: Difference) -> str:
    lines = [] if not found.same else ["no difference"]
    for what, counts, entries in (
        ("added", found.added, found.added_entries),
        ("removed", found.removed, found.removed_entries),
        ("changed", found.changed, found.changed_entries),
    ):
        if counts:
            lines.append(f"{what}: " + ", ".join(f"{kind} {number:,}" for kind, number in counts.items()))
            lines += [f"  {entry}" for entry in entries[:SHOWN_MAX]]
            if len(entries) > SHOWN_MAX:
                lines.append(f"  and {len(entries) - SHOWN_MAX:,} more entries (--json names all)")
    if found.incomparable:
        kinds = ", ".join(f"{kind} {number:,}" for kind, number in found.incomparable.items())
        lines.append(f"not comparable, because the salts differ: {kinds}")
    return "\n".join(lines)
