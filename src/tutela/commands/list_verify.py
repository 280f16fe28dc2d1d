"""``tutela list verify``: every byte of a list."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tutela.commands.choices import json_option
from tutela.kernel.errors import Invalid


@click.command("verify", short_help="Check every byte of a list.")
@click.argument("path", type=click.Path(path_type=Path), metavar="LIST")
@json_option
def command(path: Path, *, as_json: bool) -> int:
    """Read all of LIST and say whether it is as it was written.

    Exit codes: 0 the list is whole, 2 it is not (a damaged list must not be used).

    \b
    Example:
      tutela list verify known.tlist
    """
    try:
        values = _verified(path)
    except Invalid as error:
        if not as_json:
            raise
        click.echo(json.dumps({"list": str(path), "whole": False, "reason": error.public_message()}))
        return 2
    if as_json:
        click.echo(json.dumps({"list": str(path), "whole": True, "values": values}))
    else:
        click.echo(f"{path}: whole, {values:,} values")
    return 0


def _verified(path: Path) -> int:
    """Number of values of a list that is whole. Raises Invalid naming the list and what is damaged."""
    from tutela.detect.matching.live import open_any

    opened = open_any(path)
    try:
        opened.verify()
    except Invalid as error:
        raise Invalid(error.message, field=str(path)) from error
    return len(opened)
