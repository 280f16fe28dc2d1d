"""``tutela list seal``: one signed file for people's devices, from which nobody reads the list."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutela.commands import device_lists
from tutela.commands.choices import json_option
from tutela.commands.list_header import output_option
from tutela.commands.signed_papers import as_option, keys_option, signing_key
from tutela.kernel.errors import Invalid

if TYPE_CHECKING:
    from tutela.detect.matching.bundles.content import Content
    from tutela.detect.matching.bundles.parties import Approval

#: Bytes of the largest file with an approval, and with a key of PDQ values (our own).
_APPROVAL_BYTES_MAX, _KEY_FILE_BYTES_MAX = 16_384, 256


@click.command("seal", short_help="Seal an approved list for people's devices.")
@click.argument("path", type=click.Path(path_type=Path), metavar="LIST")
@click.argument("proposal", type=click.Path(path_type=Path), metavar="PROPOSAL")
@click.argument("approvals", nargs=-1, type=click.Path(path_type=Path), metavar="APPROVAL...")
@click.option("--for", "kind", required=True, type=click.Choice(["device"]), help="Whom the list is for.")
@output_option
@click.option(
    "--prints-key",
    "prints_key",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Key of the PDQ values; made where there is none. It goes to devices apart from the list.",
)
@as_option
@keys_option
@json_option
def command(
    path: Path,
    proposal: Path,
    approvals: Sequence[Path],
    *,
    kind: str,
    output: Path,
    prints_key: Path | None,
    name: str | None,
    keys_folder: Path | None,
    as_json: bool,
) -> int:
    """Seal LIST as PROPOSAL says, with the APPROVALs of at least two organisations of two countries.

    The publisher signs. The file holds digests keyed and cut short, and PDQ values only where the list's
    owner allows it, encrypted under a key that is not in the file.

    \b
    Example:
      tutela list seal known.tlist a.proposal north.approval south.approval --for device -o known.tdevice
    """
    from tutela.detect.matching.bundles.drafting import redraft
    from tutela.detect.matching.bundles.sealing import seal

    proposed = device_lists.read_proposal(proposal)
    checked = [_approval(one, proposed.content) for one in approvals]
    source = device_lists.open_source(path)
    draft = redraft(source.header, source.entries(), proposed)
    key = signing_key(keys_folder, name)
    secret = _key_of_prints(prints_key) if draft.content.prints else b""
    bundle = seal(draft, checked, key.private, prints_key=secret)
    device_lists.write_whole(output, bundle)
    bodies = [f"{one.party.organisation} ({one.party.jurisdiction})" for one in checked]
    if as_json:
        facts = device_lists.facts_of(draft.content)
        click.echo(
            json.dumps(
                {"sealed": str(output), "for": kind, "size_bytes": len(bundle), "approved": bodies, **facts}
            )
        )
    else:
        click.echo(f"{output}: sealed, {len(bundle):,} bytes\n{device_lists.told(draft.content)}")
        click.echo(f"  approved by {', '.join(bodies)}")
    return 0


def _approval(path: Path, content: Content) -> Approval:
    """The approval in a file. Raises Invalid naming the file."""
    from tutela.detect.matching.bundles.approvals import parse_approval
    from tutela.kernel.signing import documents

    try:
        text = device_lists.read_small(path, _APPROVAL_BYTES_MAX).decode("utf-8")
        return parse_approval(documents.parse(text), content)
    except ValueError as error:
        raise Invalid(str(error), field=str(path)) from error


def _key_of_prints(path: Path | None) -> bytes:
    """The key in this file, made there where none is. Raises Invalid, Refused where others may read it."""
    from tutela.detect.matching.bundles.prints import KEY_BYTES
    from tutela.kernel.custody import durable

    if path is None:
        raise Invalid("the list has PDQ values: say which file holds their key", field="--prints-key")
    if not path.exists():
        durable.write_file(path, secrets.token_bytes(KEY_BYTES).hex().encode() + b"\n")
    durable.refuse_others(path)
    try:
        key = bytes.fromhex(device_lists.read_small(path, _KEY_FILE_BYTES_MAX).decode("ascii"))
    except ValueError as error:
        raise Invalid("this file holds no key of PDQ values", field=str(path)) from error
    if len(key) != KEY_BYTES:
        raise Invalid("this file holds no key of PDQ values", field=str(path))
    return key
