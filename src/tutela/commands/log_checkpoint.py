"""``tutela log checkpoint``: a signed statement of the log's size and root."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutela.commands.choices import json_option
from tutela.commands.log_ledger import ledger, read_text
from tutela.kernel.errors import Invalid
from tutela.kernel.settings import home

if TYPE_CHECKING:
    from tutela.kernel.custody.note_keys import SigningKey
    from tutela.kernel.custody.notes import Note


@click.command("checkpoint", short_help="Sign how large the log is and its root.")
@click.option(
    "--since",
    type=click.IntRange(0),
    metavar="SIZE",
    help="Print a request to a witness that last signed SIZE entries (0: none yet).",
)
@click.option(
    "--accept-loss",
    "lost",
    metavar="FILE",
    help="First write down that the log does not go on from this checkpoint: an older copy was restored.",
)
@json_option
@click.pass_obj
def command(config: Path | None, /, *, since: int | None, lost: str | None, as_json: bool) -> int:
    """Sign how large the log is and its root, and print what was signed.

    Where nothing was added, the last checkpoint is printed again. A copy is kept in TUTELA_HOME/checkpoints:
    should the database be replaced by an older one, nothing more is signed, and tutela log fsck says why.

    \b
    Example:
      tutela log checkpoint --since 0
    """
    with ledger(config):
        from tutela.hotline.database_clock import ClockGuard
        from tutela.hotline.ledger.log_keys import log_key
        from tutela.hotline.ledger.signing import sign_and_keep

        ClockGuard().check()
        key = log_key(home())
        if lost is not None:
            accept_loss(key, read_text(lost))
        note = sign_and_keep(home(), key)
        click.echo(_said(key, note, since, as_json=as_json), nl=as_json)
    return 0


def accept_loss(key: SigningKey, untrusted_note: str) -> None:
    """Return once the ledger says that it does not go on from this checkpoint, which is then put aside."""
    from tutela.hotline.ledger import actions, kept

    kept.put_aside(home(), actions.record_loss(key.note_key, untrusted_note), untrusted_note)


def _said(key: SigningKey, note: Note, since: int | None, *, as_json: bool) -> str:
    from tutela.hotline.ledger.actions import log_of
    from tutela.kernel.custody.checkpoints import Checkpoint
    from tutela.kernel.custody.witness_requests import WitnessRequest

    here = Checkpoint.read(note.text)
    facts = {"log": here.origin, "size": here.size, "root": here.root.hex(), "note": str(note)}
    if since is not None:
        if since > here.size:
            raise Invalid(f"the log has {here.size} entries", field="--since")
        proof = log_of(key).consistency(since, here.size)
        facts["request"] = WitnessRequest(old_size=since, proof=tuple(proof), note=str(note)).text()
    return json.dumps(facts) if as_json else str(facts.get("request", facts["note"]))
