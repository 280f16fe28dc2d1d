"""``tutela keys restore``: a lost private key comes back from its shares."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutela.commands.vault_folders import key_store, mark_no_backup, passphrase_option, vault_folders
from tutela.kernel.errors import Invalid

if TYPE_CHECKING:
    from tutela.kernel.custody.keys import PrivateKey

#: A line with so many words is a share by itself; rows on paper have fewer.
LINE_WORDS = 20


@click.command("restore", short_help="Bring a lost key back from its shares.")
@click.option(
    "--try", "only_try", is_flag=True, help="Only say whether the shares give the key; write nothing."
)
@passphrase_option
@click.pass_obj
def command(config: Path | None, /, *, only_try: bool, wrapped: bool) -> int:
    """Bring a lost key back from its shares, which are asked one after the other.

    From a pipe they are read as tutela keys split prints them, numbers and lines with # left aside. A
    mistyped word is named. The key finds its epoch by itself, even where the public half was lost too.

    \b
    Example:
      tutela keys restore --try < shares.txt
    """
    from tutela.kernel.custody import shares
    from tutela.kernel.custody.keys import epoch_id, known

    key = _asked() if is_person() else shares.combine(list(parted(sys.stdin.read())))
    folders = vault_folders(config)
    keys = key_store(folders, wrapped=wrapped, confirm=True)
    if only_try:
        click.echo(f"{known(keys, epoch_id(key.recipient())).id}: these shares give its key")
        return 0
    mark_no_backup(folders)
    click.echo(f"{keys.restore(key).id}: its private key is here again")
    return 0


def is_person() -> bool:
    """Whether somebody types; else the shares come through a pipe."""
    return sys.stdin.isatty()


def parted(untrusted_text: str) -> Iterator[str]:
    """Each share in the text: a line of its own, or rows up to a blank line or one with #."""
    gathered: list[str] = []
    for line in [*untrusted_text.splitlines(), ""]:
        words = [] if line.startswith("#") else [word for word in line.split() if not word.isdigit()]
        if gathered and (not words or len(words) >= LINE_WORDS):
            yield " ".join(gathered)
            gathered = []
        if len(words) >= LINE_WORDS:
            yield " ".join(words)
        else:
            gathered += words


def _asked() -> PrivateKey:
    """The key from shares that are typed; one with a wrong word is asked again."""
    from tutela.kernel.custody import shares

    typed: list[str] = []
    while not typed or shares.missing(typed):
        text = click.prompt(f"share {len(typed) + 1}", err=True)
        try:
            shares.missing([*typed, text])
        except Invalid as error:
            click.echo(error.public_message(), err=True)
            continue
        typed.append(text)
    return shares.combine(typed)
