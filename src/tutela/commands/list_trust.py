"""``tutela list trust``: whom devices trust for a list, written down to be handed out with it."""

from __future__ import annotations

from pathlib import Path

import click

from tutela.commands import device_lists
from tutela.commands.list_header import output_option
from tutela.kernel.errors import Invalid


@click.command("trust", short_help="Write down who published and approved a device list, for devices.")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False, exists=True), metavar="LIST")
@output_option
def command(path: Path, *, output: Path) -> int:
    """Write who published and approved the sealed LIST, for devices to trust from then on.

    Compare each key that is printed with what that organisation itself says, by another way than the one the
    list came: whoever hands this file out vouches for it.

    \b
    Example:
      tutela list trust devices.tdevice -o devices.trust
    """
    from base64 import b64encode

    from tutela.detect.matching.bundles.layout import take_apart
    from tutela.detect.matching.bundles.trust import Trust, render_trust
    from tutela.prevent.guard.lists.files import read_bundle

    try:
        header = take_apart(read_bundle(path)[1]).header
    except ValueError as error:
        raise Invalid(str(error), field="LIST") from error
    approvers = tuple(one.party for one in header.approvals)
    trust = Trust(publishers=(header.content.publisher,), approvers=approvers)
    device_lists.write_whole(output, render_trust(trust))
    for role, parties in (("publisher", trust.publishers), ("approver", trust.approvers)):
        for one in parties:
            key = b64encode(one.key).decode("ascii")
            click.echo(f"{role}: {one.organisation} ({one.jurisdiction}), key {key}")
    return 0
