"""``tutela log init``: the key that signs the log."""

from __future__ import annotations

import json
import sys

import click

from tutela.commands.choices import json_option
from tutela.commands.log_ledger import read_text
from tutela.kernel.errors import Invalid
from tutela.kernel.settings import home


@click.command("init", short_help="Make the key that signs the log.")
@click.argument("name", required=False)
@click.option("--restore", is_flag=True, help="Take a lost key back: its line is asked, or read from a pipe.")
@json_option
def command(*, name: str | None, restore: bool, as_json: bool) -> int:
    """Make the key that signs the log called NAME, such as hotline.example/log.

    The name is for ever: witnesses know the log by it. The private half is TUTELA_HOME/log.key, one line that
    only its owner can read. Write it on paper and lock it away: without it the log is signed no more. The
    public half, log.pub, is printed; give it to your witnesses by another way than mail.

    \b
    Example:
      tutela log init hotline.test/log
    """
    from tutela.hotline.ledger.log_keys import PRIVATE, make_log_key, restore_log_key

    if restore:
        key = restore_log_key(home(), _line())
    elif name:
        key = make_log_key(home(), name)
    else:
        raise Invalid("a log has a name: hotline.example/log", field="name")
    click.echo(json.dumps({"log": key.name, "public_key": str(key)}) if as_json else str(key))
    if not as_json and not restore:
        click.echo(f"next: copy the line in {home() / PRIVATE} to paper, and lock it away", err=True)
    return 0


def _line() -> str:
    """What is typed, unseen, or comes through a pipe."""
    if not sys.stdin.isatty():
        return read_text("-")
    typed: str = click.prompt("line of the key", hide_input=True, err=True)
    return typed
