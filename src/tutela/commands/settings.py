"""``tutela settings``: every setting in force and where it comes from."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tutela.config import load_with_origin
from tutela.kernel.setting_names import values_of


@click.command(short_help="Show every setting in force and where it comes from.")
@click.option("--changed", is_flag=True, help="Only what somebody set.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def command(config: Path | None, changed: bool, as_json: bool) -> int:  # noqa: FBT001 - click passes flags so
    """Show every setting in force and where it comes from. Secrets are shown as (hidden).

    \b
    Example:
      tutela settings --changed
    """
    loaded = load_with_origin(config)
    for key, value in values_of(loaded.values):
        origin = loaded.origin.get(key, "default")
        if changed and origin == "default":
            continue
        row = {"setting": key, "value": value, "origin": origin}
        click.echo(json.dumps(row) if as_json else f"{key} = {value}  ({origin})")
    return 0
