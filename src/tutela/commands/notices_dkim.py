"""``tutela notices dkim``: what stands in the DNS so that recipients can verify signatures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from tutela.kernel.errors import Refused

#: Characters of one string of a TXT record (RFC 1035 section 3.3.14).
STRING_CHARACTERS_MAX = 255


@click.command("dkim", short_help="Show the DNS records of the keys that letters are signed with.")
@click.pass_obj
def command(config: Path | None, /) -> int:
    """Show the DNS records of the keys that letters are signed with, as a zone file has them.

    The keys are files in the secrets folder, notices__dkim_ed25519 and notices__dkim_rsa, and the selector is
    notices.dkim_selector. Only the public halves are shown. Nothing is asked of the network.

    \b
    Example:
      tutela notices dkim
    """
    from tutela.config import load
    from tutela.hotline.takedown.signing import dkim_keys
    from tutela.kernel.egress.mail_addresses import parse_mail_address

    settings = load(config).notices
    keys = dkim_keys(settings)
    if not keys:
        raise Refused("no key is set that letters could be signed with: docs/how-to/notices.md says how")
    domain = parse_mail_address(settings.from_address).host
    for key in keys:
        strings = " ".join(f'"{part}"' for part in _strings(key.record))
        click.echo(f"{key.record_name(domain)}. IN TXT ( {strings} )")
    return 0


def _strings(record: str) -> Iterator[str]:
    """The record in the strings that a TXT record is made of."""
    for start in range(0, len(record), STRING_CHARACTERS_MAX):
        yield record[start : start + STRING_CHARACTERS_MAX]
