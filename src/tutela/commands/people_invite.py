"""``tutela people invite``: a new account."""

from __future__ import annotations

from pathlib import Path

import click

from tutela.commands.people_found import people_table, role_option, show_link
from tutela.commands.work_table import operator


@click.command("invite", short_help="Make an account and the one-time link into it.")
@click.argument("name")
@click.argument("email")
@role_option
@click.pass_obj
def command(config: Path | None, /, *, name: str, email: str, roles: tuple[str, ...]) -> int:
    """Make an account for NAME with the address EMAIL, and print the one-time link into it.

    The link is shown once, is good for three days, and asks for a password and a passkey or an
    authenticator app. Give it to the person by a channel you trust; nothing is mailed.

    \b
    Example:
      tutela people invite "Ada Lovelace" ada@house.test --role administrator
    """
    with people_table():
        from tutela.hotline.people import actions

        show_link(config, actions.invite_person(name, email, frozenset(roles), actor=operator()))
    return 0
