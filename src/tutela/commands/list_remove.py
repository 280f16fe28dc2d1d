"""``tutela list remove``: entries out of a live list, at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from tutela.commands.choices import json_option
from tutela.kernel.errors import Invalid


@click.command("remove", short_help="Take entries out of a live list.")
@click.argument("folder", type=click.Path(path_type=Path), metavar="LIVE")
@click.argument("entries", nargs=-1, required=True, metavar="ENTRY...")
@json_option
def command(folder: Path, entries: Sequence[str], *, as_json: bool) -> int:
    """Take ENTRYs, named by their ids, out of the live list in the folder LIVE, with all their values.

    Hard to add, easy to remove: one call, effective within a second for every scan that uses the list.
    Exit codes: 0 all were there and are gone, 2 some id was not in the list (the others are gone).

    \b
    Example:
      tutela list add --create live partner.csv && tutela list remove live example-1
    """
    from tutela.detect.matching.live_writer import LiveWriter

    with LiveWriter(folder) as live:
        removed = {entry: live.remove(entry) for entry in dict.fromkeys(entries)}
        facts = {"list": str(folder), "version": live.version, "removed": removed, "values": len(live)}
    click.echo(json.dumps(facts) if as_json else _text(folder, removed))
    missing = [entry for entry, values in removed.items() if not values]
    if missing:
        raise Invalid(f"not in the list: {', '.join(missing)}", field=str(folder))
    return 0


def _text(folder: Path, removed: dict[str, int]) -> str:
    return "\n".join(f"{folder}: {entry}: {values:,} values removed" for entry, values in removed.items())
