"""``tutela keys split``: shares of a private key, shown once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from tutela.commands.choices import json_option
from tutela.commands.vault_folders import chosen_epoch, key_store, vault_folders

#: Words in a row of a printed share: what one reads aloud in a breath.
ROW_WORDS = 3


@click.command("split", short_help="Print shares that bring a lost key back.")
@click.argument("epoch", required=False)
@click.option(
    "--need", type=click.IntRange(2, 16), default=2, show_default=True, help="Shares that give the key back."
)
@click.option(
    "--of", "count", type=click.IntRange(2, 16), default=3, show_default=True, help="Shares in all."
)
@json_option
@click.pass_obj
def command(config: Path | None, /, *, epoch: str | None, need: int, count: int, as_json: bool) -> int:
    """Print shares of the private key of EPOCH (the current one), each 33 words (SLIP-39).

    Any NEED of them give the key back, fewer say nothing about it. They are shown this once and kept nowhere:
    write each on paper, clear the screen, and let no two be kept by one person or in one place. A new split
    does not end the shares of an earlier one.

    \b
    Example:
      tutela keys init && tutela keys split --need 3 --of 5
    """
    from tutela.kernel.custody import shares
    from tutela.kernel.custody.keys import Split

    keys, how = key_store(vault_folders(config)), Split(need=need, of=count)
    chosen = chosen_epoch(keys, epoch)
    made = shares.split(keys.private(chosen.id), how)
    keys.record_split(chosen.id, how)
    if as_json:
        click.echo(json.dumps({"epoch": chosen.id, "need": need, "of": count, "shares": made}))
        return 0
    for number, share in enumerate(made, 1):
        click.echo(f"# share {number} of {count}; any {need} give back {chosen.id}")
        click.echo("\n".join(rows(share.split())) + "\n")
    click.echo("the shares are shown this once; try them now: tutela keys restore --try", err=True)
    return 0


def rows(words: Sequence[str]) -> list[str]:
    """The words with their numbers, three in a row."""
    numbered = [f"{number:2} {word:<10}" for number, word in enumerate(words, 1)]
    return ["".join(numbered[at : at + ROW_WORDS]).rstrip() for at in range(0, len(numbered), ROW_WORDS)]
