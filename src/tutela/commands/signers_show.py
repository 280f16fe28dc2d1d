"""``tutela signers show``: who signs in this house."""

from __future__ import annotations

import json

import click

from tutela.commands.choices import json_option
from tutela.commands.signed_papers import configuration_folder


@click.command("show", short_help="Show who signs, and how many are needed.")
@json_option
def command(*, as_json: bool) -> None:
    """Show who signs, and how many are needed. The whole history of the signers is checked on the way.

    The anchor is the digest of the first file: it stays the same for the whole life of a house.

    \b
    Example:
      tutela signers init anna ben && tutela signers show
    """
    chain = configuration_folder().chain()
    signers = chain.signers
    if as_json:
        row = {
            "number": signers.number,
            "need": signers.need,
            "signers": [str(key) for key in signers.keys],
            "sha256": chain.digest,
            "anchor": chain.anchor,
        }
        click.echo(json.dumps(row))
        return
    for key in signers.keys:
        click.echo(str(key))
    click.echo(f"any {signers.need} of {len(signers.keys)}, number {signers.number}, sha256 {chain.digest}")
    click.echo(f"anchor {chain.anchor}")
