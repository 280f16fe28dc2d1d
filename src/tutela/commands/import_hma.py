"""``tutela import hma``: the banks of Hasher-Matcher-Actioner become lists of the match service."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutela.commands.choices import json_option
from tutela.commands.progress_bar import bar
from tutela.kernel.settings import home
from tutela.kernel.taxonomy import legal_classes

if TYPE_CHECKING:
    from tutela.detect.service.hma.importing import Found


@click.command("hma", short_help="Take over the banks of Hasher-Matcher-Actioner.")
@click.argument("source", type=click.Path(exists=True, path_type=Path), metavar="DUMP|FOLDER")
@click.option(
    "--class",
    "legal_class",
    required=True,
    type=click.Choice([known.name for known in legal_classes()]),
    help="Legal class of what the banks hold; HMA does not know it.",
)
@click.option("--law", default="", metavar="TEXT", help="Law under which it is listed.")
@click.option("--check", is_flag=True, help="Read and check everything, change nothing.")
@click.option(
    "--skip-malformed", is_flag=True, help="Leave out values that are no hash at all, and count them."
)
@json_option
@click.pass_obj
def command(
    config: Path | None,
    /,
    source: Path,
    *,
    legal_class: str,
    law: str,
    check: bool,
    skip_malformed: bool,
    as_json: bool,
) -> int:
    """Take over banks, contents and switched-off contents of an HMA instance into the match service.

    DUMP is its database as plain SQL (pg_dump --no-owner hma > dump.sql). FOLDER holds saved answers of its
    API: banks.json (GET /c/banks), and contents as *.json or *.jsonl
    (GET /c/bank/NAME/content/ID?include_signals=true). Contents keep their numbers, banks their names and
    shares. A wrong line is named, and nothing is taken over then, unless only a value is wrong and
    --skip-malformed is given. Nothing is fetched.

    \b
    Example:
      tutela import hma dump.sql --class csam
    """
    from tutela.config import load
    from tutela.detect.service.hma.importing import (
        Labels,
        check_export,
        open_export,
        standing_lists,
        take_over,
    )
    from tutela.detect.service.log_opening import CHANGES, open_log
    from tutela.detect.service.private_folder import make_private

    place, folder = load(config).service.change_log, home() / "match"
    export = open_export(source)
    taken: frozenset[str] = frozenset()
    if place.get_secret_value() or (folder / CHANGES).exists():
        with closing(open_log(place, folder)) as log:
            taken = standing_lists(log)
    found = check_export(export, taken, skip_malformed=skip_malformed)
    change = 0
    if not check:
        make_private(folder)
        with closing(open_log(place, folder)) as log, bar("taking over", found.values.total()) as advance:
            labels = Labels(legal_class=legal_class, law=law)
            change = take_over(export, log, labels, progress=advance, skip_malformed=skip_malformed)
    click.echo(_json(found, change) if as_json else _text(found, change))
    return 0


def _json(found: Found, change: int) -> str:
    banks = [
        {
            "bank": bank.name,
            "ratio": bank.ratio,
            "values": found.values[bank.name],
            "disabled": found.disabled[bank.name],
        }
        for bank in found.banks
    ]
    remarks = list(found.remarks)
    return json.dumps({"banks": banks, "kinds": dict(found.kinds), "change": change, "remarks": remarks})


def _text(found: Found, change: int) -> str:
    lines = [
        f"{bank.name}: {found.values[bank.name]:,} values, share {bank.ratio:g}, "
        f"{found.disabled[bank.name]:,} contents switched off"
        for bank in found.banks
    ]
    done = f"taken over, up to change {change}" if change else "checked; nothing was changed"
    return "\n".join([*lines, *found.remarks, done])
