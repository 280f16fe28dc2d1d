"""``tutela list retro``: a list against the fingerprints of everything that was seen before."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tutela.commands.choices import EXIT_MET, EXIT_NOTHING, json_option, list_option
from tutela.kernel.errors import Invalid

if TYPE_CHECKING:
    from tutela.detect.matching.retro import SeenHit


@click.command("retro", short_help="Compare a list with everything seen before.")
@click.argument("seen", type=click.Path(path_type=Path, dir_okay=False), metavar="SEEN")
@list_option
@json_option
def command(seen: Path, *, lists: Sequence[Path], as_json: bool) -> int:
    """Say which files in SEEN, the store that tutela scan --remember keeps, a LIST knows by now.

    No file is opened: their fingerprints are compared. So a new entry is run against all former scans.
    Exit codes: 1 something known or candidate, 0 nothing.

    \b
    Example:
      tutela scan Pictures --list known.tlist --remember seen.db; tutela list retro seen.db --list known.tlist
    """
    from tutela.detect.matching.retro import SeenStore
    from tutela.detect.scan.lists import open_lists

    if not seen.exists():
        raise Invalid("there is no such store; tutela scan --remember FILE makes one", field=str(seen))
    found = 0
    with SeenStore(seen) as store:
        for one in open_lists(lists):
            for hit in store.match(one):
                found += 1
                click.echo(json.dumps(_row(hit)) if as_json else _text(hit))
        total = len(store)
    if not as_json:
        click.echo(f"{total:,} files seen before, {found:,} met by a list")
    return EXIT_MET if found else EXIT_NOTHING


def _row(hit: SeenHit) -> dict[str, Any]:
    """As the findings of a scan, with ``seen`` (the name in the store) instead of a path."""
    from tutela.detect.scan.findings import match_fields
    from tutela.detect.scan.scanner import found_matches

    decision = hit.decision
    matches = [match_fields(match) for match in found_matches(decision)]
    return {"seen": hit.file_id, "status": decision.status, "reason": decision.reason, "matches": matches}


def _text(hit: SeenHit) -> str:
    from tutela.detect.scan.visible import visible

    return f"{hit.decision.status:<10} {visible(hit.file_id)}: {hit.decision.reason}"
