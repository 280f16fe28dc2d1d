"""A checkpoint that stands in the database and beside it: what the notary and the command do."""

from __future__ import annotations

from pathlib import Path

from tutela.hotline.ledger import kept
from tutela.hotline.ledger.actions import sign_checkpoint
from tutela.kernel.custody.note_keys import SigningKey
from tutela.kernel.custody.notes import Note


def sign_and_keep(home: Path, key: SigningKey) -> Note:
    """The checkpoint of the ledger as it is, which stands in the database and in ``home`` durably.

    Raises Refused where the ledger does not go on from the last one. Nobody is shown it before both stand.
    """
    note = sign_checkpoint(key, kept.last_kept(home))
    kept.keep_last(home, note)
    return note
