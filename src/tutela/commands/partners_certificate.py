"""``tutela partners certificate``: whether mail may be sealed to a certificate, and what is compared."""

from __future__ import annotations

from pathlib import Path

import click

from tutela.kernel.clock import SystemClock, iso_utc
from tutela.kernel.errors import Invalid


@click.command(
    "certificate", short_help="Say whether mail may be sealed to a certificate, and what to compare."
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mailbox",
    required=True,
    metavar="ADDRESS",
    help="Mailbox of the office that mail will go to.",
)
@click.pass_obj
def command(config: Path | None, /, *, file: Path, mailbox: str) -> int:
    """Say whether mail may be sealed to a certificate, and what to compare with its owner.

    FILE holds one or more certificates in PEM. It is refused where it has expired or is not valid yet, is for
    another mailbox or not for mail, or where its key is not RSA of 2,048 bits or more. Whoever names the
    partner and whoever confirms it compare the SHA-256 with its owner, by another way than the one it came
    by. Nothing is written and nothing is asked of the network.

    \b
    Example:
      tutela partners certificate office.pem --mailbox cases@police.example
    """
    from tutela.hotline.partners.certificates import (
        TEXT_CHARACTERS_MAX,
        check_certificate,
        read_certificates,
    )

    with file.open("rb") as opened:
        text = opened.read(TEXT_CHARACTERS_MAX + 1).decode("latin-1")
    found, wrong, now = read_certificates(text), list[str](), SystemClock().now()
    for certificate in found:
        click.echo(f"SHA-256  {certificate.sha256}")
        click.echo(f"until    {iso_utc(certificate.ends_at)}")
        click.echo(f"mailbox  {', '.join(certificate.mailboxes) or 'none is named'}")
        try:
            check_certificate(certificate, mailbox, now=now)
        except Invalid as error:
            wrong.append(error.message)
    if wrong:
        raise Invalid("; ".join(wrong), field="file")
    click.echo("mail may be sealed to it")
    return 0
