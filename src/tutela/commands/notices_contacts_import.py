"""``tutela notices contacts-import``: a table of contacts becomes the house's own book."""

from __future__ import annotations

from pathlib import Path

import click

from tutela.commands.work_table import job_table, operator
from tutela.kernel.clock import SystemClock
from tutela.kernel.errors import Invalid
from tutela.kernel.settings import home


@click.command("contacts-import", short_help="Take a table of contacts into the house's book.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--approved", is_flag=True, help="Somebody of this house has confirmed each of them.")
def command(*, file: Path, approved: bool) -> int:
    """Take a table of contacts into the house's book. FILE is a CSV with a head, in UTF-8.

    Its columns are key, address and organisation, and where wanted country, languages and rung. A key says
    for what: host:NAME, site:NAME, address:ADDRESS, network:FIRST-LAST, proxy:NAME, as:NUMBER, or
    mail:ADDRESS for a way that its owner prefers. Without --approved each entry is one source: where a
    registry names the same address the two count as an approval, else a person is asked. All rows are taken,
    or none.

    \b
    Example:
      tutela notices contacts-import contacts.csv
    """
    clock = SystemClock()
    with job_table():
        from tutela.hotline.cases.index_key import read_index_key
        from tutela.hotline.takedown.actions import list_contacts
        from tutela.hotline.takedown.contacts.keys import stored_key
        from tutela.hotline.takedown.contacts.reading import parse_contacts

        entries = list(parse_contacts(_text(file), approved=approved, at=clock.now()))
        index = read_index_key(home())
        stored = [(entry, stored_key(entry.key, index)) for entry in entries]
        list_contacts(stored, actor=operator(), clock=clock)
    said = "approved" if approved else "not approved: a registry or a person confirms each"
    click.echo(f"{len(entries):,} contacts in the house's book, {said}")
    return 0


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("a table of contacts is a file in UTF-8", field="file") from error
