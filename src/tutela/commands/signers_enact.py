"""``tutela signers enact``: a signed file of signers comes into force."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tutela.commands import signed_papers
from tutela.kernel.clock import SystemClock
from tutela.kernel.errors import Refused

if TYPE_CHECKING:
    from tutela.kernel.signing.signed_files import SignedFile


@click.command("enact", short_help="Put a signed file of signers in force.")
@click.argument("file", type=click.Path(path_type=Path))
def command(file: Path) -> None:
    """Put a signed file of signers in force after those before.

    Says which papers the new signers have to sign again.

    \b
    Example:
      tutela signers enact signers-2.toml
    """
    made = signed_papers.configuration_folder().enact_signers(signed_papers.read_paper(file))
    count, need = len(made.signers.keys), made.signers.need
    click.echo(f"any {need} of {count} sign from now on, number {made.signers.number}, sha256 {made.digest}")
    for name, reason in _no_longer_signed():
        click.echo(f"{name} is to be signed again, or nothing starts: {reason}", err=True)


def _no_longer_signed() -> list[tuple[str, str]]:
    from tutela.hotline.people.mandate.reading import MANDATE
    from tutela.hotline.people.quorum.reading import QUORUM
    from tutela.hotline.people.vouching.roster import ROSTER

    folder, refused = signed_papers.configuration_folder(), []
    kinds: tuple[SignedFile[Any], ...] = (MANDATE, QUORUM, ROSTER)
    for kind in kinds:
        if kind is ROSTER and not (folder.folder / ROSTER.name).exists():
            continue  # a house may have none
        try:
            folder.read(kind, SystemClock())
        except Refused as error:
            refused.append((kind.name, error.public_message()))
    return refused
