"""``tutela report token``: what a partner or a helpline shows when it hands reports in through the API."""

from __future__ import annotations

import hashlib

import click

from tutela.kernel.errors import Invalid
from tutela.kernel.ids import new_id


@click.command("token", short_help="Make the token of a partner or helpline.")
@click.argument("name")
@click.option("--urgent", is_flag=True, help="It may mark a report as urgent.")
def command(*, name: str, urgent: bool) -> int:
    """Make a token for the partner NAME: printed this once, with the lines for the settings.

    The settings hold its SHA-256 only. Take the lines out again and start the public process anew to end it.

    \b
    Example:
      tutela report token helpline-a
    """
    from tutela.hotline.settings import SenderSettings

    token = new_id("snd_")
    try:
        made = SenderSettings(
            name=name, token_sha256=hashlib.sha256(token.encode()).hexdigest(), urgent=urgent
        )
    except ValueError as error:
        raise Invalid("has 2 to 24 small letters, digits and hyphens", field="NAME") from error
    click.echo(f"token: {token}")
    click.echo("[[hotline.senders]]")
    click.echo(f'name = "{made.name}"\ntoken_sha256 = "{made.token_sha256}"\nurgent = {str(urgent).lower()}')
    return 0
