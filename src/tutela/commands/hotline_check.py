"""``tutela hotline check``: whether everything is there that the processes need."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutela.commands.choices import json_option
from tutela.kernel.settings import home

if TYPE_CHECKING:
    from tutela.hotline.house.checks import Finding

#: Exit code where something is missing: the call cannot be carried out (decisions.md section 8).
_MISSING = 2


@click.command("check", short_help="Say whether everything is there that its processes need.")
@click.option("--quiet", is_flag=True, help="Say only what is missing.")
@json_option
@click.pass_obj
def command(config: Path | None, /, *, quiet: bool, as_json: bool) -> int:
    """Say whether everything is there that the hotline's processes need. Changes nothing.

    Sandbox, database and its protections, keys, signed configuration. tutela up does the same first and
    starts nothing where something is missing. Exit codes: 2 something is missing, else 0.

    \b
    Example:
      tutela hotline check
    """
    from tutela.commands.hotline_places import house_of
    from tutela.config import load
    from tutela.web.starting import start_django

    settings = load(config)
    start_django()
    from tutela.hotline.house.checks import findings

    found = list(findings(house_of(settings, home())))
    for finding in found:
        if not (quiet and finding.is_right):
            _tell(finding, as_json=as_json)
    return 0 if all(finding.is_right for finding in found) else _MISSING


def _tell(finding: Finding, *, as_json: bool) -> None:
    if as_json:
        row = {"name": finding.name, "right": finding.is_right, "says": finding.sentence}
        click.echo(json.dumps(row))
        return
    begin = "ok     " if finding.is_right else "MISSING"
    click.echo(f"{begin} {finding.name}: {finding.sentence}", err=not finding.is_right)
