"""``tutela list approve``: an organisation's approval of a device list, on its own machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tutela.commands import device_lists
from tutela.commands.choices import json_option
from tutela.commands.list_header import output_option
from tutela.kernel.errors import Refused


@click.command("approve", short_help="Approve a list for people's devices.")
@click.argument("path", type=click.Path(path_type=Path), metavar="LIST")
@click.argument("proposal", type=click.Path(path_type=Path), metavar="PROPOSAL")
@output_option
@device_lists.party_options
@json_option
def command(path: Path, proposal: Path, *, output: Path, as_json: bool, **party: Any) -> int:
    """Approve what PROPOSAL says, if it is exactly what this organisation's own copy of LIST makes.

    The content is made again from LIST; one entry, law or threshold more or less, and nothing is signed. The
    approval goes back to the publisher.

    \b
    Example:
      tutela list approve known.tlist a.proposal -o north.approval --organisation North --jurisdiction DE
    """
    from tutela.detect.matching.bundles.approvals import approval_text
    from tutela.detect.matching.bundles.drafting import redraft
    from tutela.kernel.signing import documents

    proposed = device_lists.read_proposal(proposal)
    own, key = device_lists.own_party(
        organisation=party["organisation"],
        jurisdiction=party["jurisdiction"],
        name=party["name"],
        keys_folder=party["keys_folder"],
    )
    publisher = proposed.content.publisher
    if own.key == publisher.key or own.body == publisher.body:
        raise Refused("the publisher of a device list may not be one of those who approve it")
    source = device_lists.open_source(path)
    content = redraft(source.header, source.entries(), proposed).content
    note = documents.sign(documents.parse(approval_text(content, own)), key)
    device_lists.write_whole(output, str(note).encode())
    if as_json:
        facts = device_lists.facts_of(content)
        click.echo(json.dumps({"approval": str(output), "organisation": own.organisation, **facts}))
    else:
        click.echo(
            f"{output}: approved by {own.organisation} ({own.jurisdiction})\n{device_lists.told(content)}"
        )
    return 0
