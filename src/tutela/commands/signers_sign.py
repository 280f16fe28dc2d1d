"""``tutela signers sign``: one signer's signature on a file of signers."""

from __future__ import annotations

from pathlib import Path

import click

from tutela.commands import signed_papers
from tutela.kernel.errors import Invalid


@click.command("sign", short_help="Sign a file that names signers.")
@click.argument("file", type=click.Path(path_type=Path))
@signed_papers.as_option
@signed_papers.keys_option
def command(file: Path, *, name: str | None, keys_folder: Path | None) -> None:
    """Sign a file that names signers, with the key on this machine. Adds one line to the file.

    Compare the keys in it with those that their owners say aloud.

    \b
    Example:
      tutela signers sign signers-2.toml --as anna
    """
    from tutela.kernel.signing.signers import parse_signers

    note = signed_papers.read_paper(file)
    try:
        parse_signers(note.text)
    except ValueError as error:
        raise Invalid(str(error), field=file.name) from error
    signed = signed_papers.sign_paper(file, note, signed_papers.signing_key(keys_folder, name))
    click.echo(f"{file.name}: signed by {', '.join(one.name for one in signed.signatures)}")
    click.echo(f"when enough have signed: tutela signers enact {file}", err=True)
