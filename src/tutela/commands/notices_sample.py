"""``tutela notices sample``: a letter about nothing, as recipients would get it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

if TYPE_CHECKING:
    from tutela.config import Config
    from tutela.kernel.egress.letters import Letter
    from tutela.share.notices.contents import Letterhead
    from tutela.share.notices.ladder import Rung
    from tutela.share.notices.samples import Sample

#: As in share.notices.samples and share.notices.ladder, which are imported when a letter is made.
SAMPLES = ("request", "reminder", "order", "proxy", "retraction")
RUNGS = ("hoster", "site_owner", "upstream", "registrar", "index", "hotline")
LANGUAGES = ("en", "es", "pt", "fr", "de", "nl")


@click.command("sample", short_help="Show a letter about nothing, as recipients would get it.")
@click.argument("sample", type=click.Choice(SAMPLES), default="request")
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", help="The recipient's language (default en)."
)
@click.option(
    "--rung", type=click.Choice(RUNGS), default="hoster", help="What the recipient is (default hoster)."
)
@click.option("--country", default="", metavar="CC", help="Its country, such as DE; default none.")
@click.option("--raw", is_flag=True, help="The whole message as it is sent, attachments included.")
@click.pass_obj
def command(config: Path | None, /, *, sample: str, language: str, rung: str, country: str, raw: bool) -> int:
    """Show a letter about nothing, as recipients would get it. Sends nothing, and asks no registry.

    Name, mailbox and address of the public pages are those of the settings; all places are under .test.
    Read it in each language before the first notice goes out, and let counsel read it.

    \b
    Example:
      tutela notices sample --language de --country DE
    """
    from tutela.config import load
    from tutela.share.notices.samples import build_sample

    letter = build_sample(
        cast("Sample", sample),
        _head(load(config)),
        language=language,
        rung=cast("Rung", rung),
        country=country.upper(),
    )
    click.echo(letter.content.decode("ascii") if raw else _read(letter))
    return 0


def _head(settings: Config) -> Letterhead:
    from tutela.kernel.egress.mail_addresses import parse_mail_address
    from tutela.share.notices.contents import Letterhead

    return Letterhead(
        sender=parse_mail_address(settings.notices.from_address),
        name=settings.notices.from_name,
        public_url=settings.hotline.public_url.rstrip("/"),
    )


def _read(letter: Letter) -> str:
    """Mailboxes, subject, text and the names of what is attached."""
    from email import message_from_bytes
    from email.policy import default

    message = message_from_bytes(letter.content, policy=default)
    body = message.get_body(("plain",))
    lines = [f"{name}: {message[name]}" for name in ("From", "To", "Subject")]
    lines += ["", body.get_content() if body is not None else ""]
    lines += [f"[{part.get_filename()}]" for part in message.iter_attachments()]
    return "\n".join(lines)
