"""``tutela signers key``: a signer's own private key."""

from __future__ import annotations

from pathlib import Path

import click

from tutela.commands.signed_papers import ask_passphrase, keys_option, keys_place


@click.command("key", short_help="Make your own private key for signing.")
@click.argument("name")
@click.option("--passphrase", "wrapped", is_flag=True, help="Ask for a passphrase and seal the key with it.")
@keys_option
def command(name: str, *, wrapped: bool, keys_folder: Path | None) -> None:
    """Make your own private key for signing, on your own machine, and print its public half.

    Give the printed line to whoever writes the file of signers, and say its middle part over the telephone.
    The private key stays with you: one person, one key.

    \b
    Example:
      tutela signers key anna
    """
    from tutela.kernel.signing.signing_keys import new_key, write_key

    key = new_key(name)
    path = write_key(keys_place(keys_folder), key, ask_passphrase(confirm=True) if wrapped else "")
    click.echo(str(key.note_key))
    click.echo(f"the private key is in {path}; keep it to yourself", err=True)
