"""What the commands about sealed device lists share: who signs, reading and writing. No command itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tutela.commands.signed_papers import as_option, keys_option, signing_key
from tutela.kernel.clock import iso_utc
from tutela.kernel.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from tutela.detect.matching.bundles.content import Content
    from tutela.detect.matching.bundles.drafting import Proposal
    from tutela.detect.matching.bundles.parties import Party
    from tutela.detect.matching.live import LiveList
    from tutela.detect.matching.tlist import ListView
    from tutela.kernel.custody.note_keys import SigningKey

F = TypeVar("F", bound=Callable[..., Any])


def party_options(command: F) -> F:
    """The options that say which organisation signs, and with which key."""
    for option in (
        keys_option,
        as_option,
        click.option(
            "--jurisdiction", required=True, metavar="CODE", help="Its country (ISO 3166-1), for example DE."
        ),
        click.option("--organisation", required=True, metavar="NAME", help="Which organisation this is."),
    ):
        command = option(command)
    return command


def own_party(
    *, organisation: str, jurisdiction: str, name: str | None, keys_folder: Path | None
) -> tuple[Party, SigningKey]:
    """The organisation of the call and its private key. Raises Invalid, Refused."""
    from tutela.detect.matching.bundles.parties import Party

    key = signing_key(keys_folder, name)
    public = key.private.public_key().public_bytes_raw()
    try:
        return Party(organisation=organisation, jurisdiction=jurisdiction, key=public), key
    except ValueError as error:
        raise Invalid(str(error), field="--organisation, --jurisdiction") from error


def open_source(path: Path) -> ListView | LiveList:
    """The list to be sealed. Raises Invalid, which says what to do with a list in another format."""
    from tutela.detect.matching.live import open_any

    try:
        return open_any(path)
    except Invalid as error:
        hint = "a list of another format is imported first: tutela list import"
        raise Invalid(f"{error.message} ({hint})", field=error.field) from error


def read_proposal(path: Path) -> Proposal:
    """The proposal in a file. Raises Invalid."""
    from tutela.detect.matching.bundles.drafting import PROPOSAL_BYTES_MAX, parse_proposal

    return parse_proposal(read_small(path, PROPOSAL_BYTES_MAX))


def read_small(path: Path, bytes_max: int) -> bytes:
    """The bytes of a small file. Raises Invalid where none is or it is too large."""
    from tutela.kernel.custody import durable

    try:
        return durable.read_file(path, bytes_max)
    except (LookupError, Unavailable) as error:
        raise Invalid("there is no such file, or it is too large", field=str(path)) from error


def write_whole(path: Path, data: bytes) -> None:
    """The file, complete or not there, 0600. Raises Unavailable."""
    from tutela.detect.matching.sections import replace_file

    try:
        replace_file(path, lambda stream: stream.write(data))
    except OSError as error:
        raise Unavailable(f"{path}: it could not be written: {error.strerror}") from error


def facts_of(content: Content) -> dict[str, Any]:
    """What a content says about itself, for JSON. No value."""
    return {
        "list": content.name,
        "number": content.number,
        "class": content.legal_class,
        "laws": list(content.laws),
        "created": iso_utc(content.created),
        "expires": iso_utc(content.expires),
        "publisher": content.publisher.organisation,
        "entries": content.counts,
        "false_match_probability": content.false_match_probability,
        "content": content.digest.hex(),
    }


def told(content: Content) -> str:
    """The same for people."""
    facts = facts_of(content)
    counts = ", ".join(f"{kind} {number:,}" for kind, number in content.counts.items())
    return "\n".join(
        [
            f"  {facts['list']}, number {content.number}, {content.legal_class}: {'; '.join(content.laws)}",
            f"  {counts}; a digest that is not listed is taken for one with at most"
            f" {content.false_match_probability:.1e}",
            f"  from {facts['created']} until {facts['expires']}, by {facts['publisher']}"
            f" ({content.publisher.jurisdiction})",
            f"  content {facts['content']}",
        ]
    )
