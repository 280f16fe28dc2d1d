"""``tutela list propose``: what is to be approved before a list goes onto devices."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from tutela.commands import device_lists
from tutela.commands.choices import json_option
from tutela.commands.list_header import output_option
from tutela.kernel.clock import SystemClock


@click.command("propose", short_help="Write what organisations approve of a device list.")
@click.argument("path", type=click.Path(path_type=Path), metavar="LIST")
@output_option
@click.option(
    "--number",
    required=True,
    type=click.IntRange(1, 1_000_000_000),
    help="Number of this device list; devices refuse one below the last.",
)
@click.option(
    "--days", type=click.IntRange(1, 92), default=30, show_default=True, help="Days until it expires."
)
@click.option("--name", "list_name", metavar="NAME", help="Name of the device list; else that of LIST.")
@click.option("--class", "legal_class", default="", metavar="CLASS", help="Only the entries of this class.")
@click.option(
    "--with", "more", multiple=True, type=click.Choice(["sha1", "md5"]), help="Beside SHA-256. Repeatable."
)
@click.option("--perceptual", is_flag=True, help="With PDQ values, if the list's owner allows it.")
@device_lists.party_options
@json_option
def command(
    path: Path,
    *,
    output: Path,
    number: int,
    days: int,
    list_name: str | None,
    legal_class: str,
    more: Sequence[str],
    perceptual: bool,
    as_json: bool,
    **party: Any,
) -> int:
    """Write what organisations approve before LIST is sealed for people's own devices. You are the publisher.

    The file holds no value of the list. Give it to organisations that have LIST too: each makes the same
    content from its own copy ("tutela list approve"). It takes two, of two countries, and none the publisher.

    \b
    Example:
      tutela list propose known.tlist -o known.proposal --number 1 --organisation "Lists" --jurisdiction CH
    """
    from tutela.detect.matching.bundles.drafting import Terms, propose, render_proposal

    publisher, _ = device_lists.own_party(
        organisation=party["organisation"],
        jurisdiction=party["jurisdiction"],
        name=party["name"],
        keys_folder=party["keys_folder"],
    )
    source = device_lists.open_source(path)
    now = SystemClock().now().replace(microsecond=0)
    terms = Terms(
        name=list_name or source.header.name,
        number=number,
        publisher=publisher,
        created=now,
        expires=now + timedelta(days=days),
        legal_class=legal_class,
        kinds=("sha256", *more),
        perceptual=perceptual,
    )
    proposal, left_out = propose(source.header, source.entries(), terms)
    device_lists.write_whole(output, render_proposal(proposal))
    if as_json:
        facts = device_lists.facts_of(proposal.content)
        click.echo(json.dumps({"proposal": str(output), **facts, "left_out": dict(left_out)}))
        return 0
    click.echo(f"{output}: to be approved\n{device_lists.told(proposal.content)}")
    for reason, count in sorted(left_out.items()):
        click.echo(f"  left out: {count:,} {reason}")
    return 0
