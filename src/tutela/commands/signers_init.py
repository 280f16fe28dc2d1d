"""``tutela signers init``: the first signers of a house."""

from __future__ import annotations

from pathlib import Path

import click

from tutela.commands import signed_papers
from tutela.kernel.errors import Conflict, Invalid

#: The draft that the signers pass round.
DRAFT = "signers-1.toml"


@click.command("init", short_help="Name the first signers of this house.")
@click.argument("people", nargs=-1, required=True, metavar="NAME|KEY...")
@click.option("--need", type=click.IntRange(2, 32), default=2, show_default=True, help="Signatures needed.")
@signed_papers.keys_option
def command(people: tuple[str, ...], *, need: int, keys_folder: Path | None) -> None:
    """Name the first signers of this house, and how many of them every change needs.

    A KEY is the line that "tutela signers key" printed on a signer's own machine: then signers-1.toml is
    written here, and each of them signs it. For a NAME the key is made, or found, on this machine: good for a
    start, and the private keys then go to their owners.

    \b
    Example:
      tutela signers init anna ben --need 2
    """
    from tutela.kernel.signing import documents
    from tutela.kernel.signing.signers import Signers, render_signers

    if signed_papers.known_chain() is not None:
        raise Conflict("this house has signers: tutela signers add writes the next file")
    own = [signed_papers.own_key(keys_folder, name) for name in people if "+" not in name]
    try:
        keys = (
            *(key.note_key for key in own),
            *signed_papers.checked_keys(one for one in people if "+" in one),
        )
        note = documents.parse(render_signers(Signers(number=1, need=need, keys=keys)))
    except ValueError as error:
        raise Invalid(str(error), field="signers") from error
    for key in own:
        note = documents.sign(note, key)
    if len(own) < len(keys):
        documents.write(Path(DRAFT), note)
        click.echo(f"{DRAFT}: every one of them signs it with tutela signers sign {DRAFT}")
        return
    made = signed_papers.configuration_folder().enact_signers(note)
    click.echo(f"any {need} of {len(keys)} sign from now on, sha256 {made.digest}")
    click.echo("their private keys lie on this machine: give each to its owner, and to nobody else", err=True)
