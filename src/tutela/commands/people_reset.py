"""``tutela people reset``: a lost passkey."""

from __future__ import annotations

from pathlib import Path

import click

from tutela.commands.people_found import people_table, show_link
from tutela.commands.work_table import operator


@click.command("reset", short_help="Take a lost sign-in away and make a new link.")
@click.argument("who")
@click.pass_obj
def command(config: Path | None, /, *, who: str) -> int:
    """Take away passkeys, codes and password of WHO (an address or an id), and print a new one-time link.

    Their sessions end at once. Make sure first that it is really this person who asks. Also for a link that
    was lost or is too old.

    \b
    Example:
      tutela people reset ada@house.test
    """
    with people_table():
        from tutela.hotline.people import access, actions

        show_link(config, actions.reset_sign_in(access.find_person(who), actor=operator()))
    return 0
