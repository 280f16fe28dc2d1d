"""``tutela log fsck``: whether the log is what was signed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutela.commands.choices import json_option
from tutela.commands.log_ledger import ledger, read_text
from tutela.kernel.errors import Invalid
from tutela.kernel.settings import home

if TYPE_CHECKING:
    from tutela.kernel.custody.fsck import Fault
    from tutela.kernel.custody.notes import NoteKey

#: Findings that are printed one by one; a log that was cut in the middle has as many as it has entries.
SHOWN_MAX = 20


@click.command("fsck", short_help="Find everything that was changed behind the log's back.")
@click.option(
    "--kept",
    "places",
    multiple=True,
    metavar="FILE",
    help="A checkpoint that somebody else kept, such as a witness; - is standard input. Repeatable.",
)
@click.option("--key", "untrusted_key", metavar="KEY", help="The log's public key; else TUTELA_HOME/log.pub.")
@json_option
@click.pass_obj
def command(
    config: Path | None, /, *, places: Sequence[str], untrusted_key: str | None, as_json: bool
) -> int:
    """Find everything that was changed behind the log's back, and the first checkpoint that shows it.

    The whole log is read, hashed anew and compared with every checkpoint: those in the database, those in
    TUTELA_HOME/checkpoints, and those given with --kept. Only the last kind shows that the newest entries
    were cut off, or that this house itself signed another history. Writing goes on meanwhile.

    Exit codes: 0 the log is whole, 1 it is not.

    \b
    Example:
      tutela log fsck --kept witness.note
    """
    given = [read_text(place) for place in places]
    with ledger(config):
        from tutela.hotline.ledger.checking import check_ledger
        from tutela.hotline.ledger.log_keys import log_public_key
        from tutela.hotline.ledger.protection import problems

        key = _key(untrusted_key) if untrusted_key else log_public_key(home())
        elsewhere, losses = _parted(given)
        faults, unprotected = check_ledger(key, elsewhere), list(problems())
        _say(faults, unprotected, losses, as_json=as_json)
    return 1 if faults or unprotected else 0


def _key(untrusted_key: str) -> NoteKey:
    from tutela.kernel.custody.notes import NoteKey

    try:
        return NoteKey.read(untrusted_key)
    except ValueError as error:
        raise Invalid(str(error), field="--key") from error


def _parted(given: Sequence[str]) -> tuple[list[str], dict[int, int]]:
    """Checkpoints that the log must go on from; and the sizes of known losses, with the entry that says so.

    A loss is known where its checkpoint was put aside and an entry of the log accepts it: both, or neither.
    """
    from tutela.hotline.ledger import kept
    from tutela.hotline.ledger.queries import accepted_losses
    from tutela.kernel.custody.fsck import signed_size

    accepted, aside = accepted_losses(), kept.lost(home())
    known = {kept.text_of(note) for note in aside if signed_size(note) in accepted}
    notes = [*kept.kept(home()), *aside, *given]
    losses = {signed_size(note): accepted[signed_size(note)] for note in notes if kept.text_of(note) in known}
    return [note for note in notes if kept.text_of(note) not in known], losses


def _say(
    faults: Sequence[Fault], unprotected: Sequence[str], losses: Mapping[int, int], *, as_json: bool
) -> None:
    from tutela.hotline.ledger.checking import describe_checkpoints

    facts = describe_checkpoints()
    first = min((fault.checkpoint for fault in faults if fault.checkpoint is not None), default=None)
    if as_json:
        rows = [{"what": one.what, "checkpoint": one.checkpoint, "sentence": one.sentence} for one in faults]
        found = {**facts, "faults": rows, "first_checkpoint": first, "unprotected": list(unprotected)}
        click.echo(json.dumps({**found, "losses": [{"signed": size} for size in losses]}))
        return
    for size, index in losses.items():
        click.echo(f"known loss: the log once had {size:,} entries; entry {index} says so")
    for fault in faults[:SHOWN_MAX]:
        click.echo(f"{fault.what}: {fault.sentence}")
    if len(faults) > SHOWN_MAX:
        click.echo(f"and {len(faults) - SHOWN_MAX:,} more")
    for sentence in unprotected:
        click.echo(f"database: {sentence}")
    if first is not None:
        click.echo(f"shown first by {_named(first, facts['checkpoints'])}")
    whole = "not whole" if faults or unprotected else "whole"
    click.echo(f"{facts['entries']:,} entries, {facts['checkpoints']:,} checkpoints: the log is {whole}")


def _named(number: int, stored: int) -> str:
    return f"checkpoint {number} of the database" if number < stored else f"kept checkpoint {number - stored}"
