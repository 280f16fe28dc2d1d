"""Checkpoints that stand outside of the database, as files: a restored or rewritten one contradicts them.

``last.note`` is the newest checkpoint that was signed here; ``<size>.note`` those that a witness cosigned.
They belong into another backup than the database, or they go back together with it.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from tutela.kernel.custody import durable
from tutela.kernel.custody.checkpoints import Checkpoint, WitnessKey, checked
from tutela.kernel.custody.notes import NOTE_BYTES_MAX, Note, NoteKey, Verifier, parse
from tutela.kernel.errors import Invalid

#: Folder in TUTELA_HOME, and the newest checkpoint in it.
FOLDER, LAST = "checkpoints", "last.note"
_LOST = ".lost"


def keep_last(home: Path, note: Note) -> None:
    """Return once the newest checkpoint stands durably beside the database."""
    durable.write_file(home / FOLDER / LAST, str(note).encode("utf-8"))


def last_kept(home: Path) -> str | None:
    """The newest checkpoint that was signed here, unchecked; None where none was yet."""
    try:
        return _read(home / FOLDER / LAST)
    except LookupError:
        return None


def kept(home: Path) -> list[str]:
    """Every checkpoint that stands beside the database, unchecked, those with cosignatures first."""
    folder = home / FOLDER
    paths = sorted(folder.glob("*.note"), key=lambda path: (len(path.name), path.name))
    return [_read(path) for path in paths]


def lost(home: Path) -> list[str]:
    """Checkpoints from which the ledger no longer goes on, since a loss was accepted; unchecked."""
    return [_read(path) for path in sorted((home / FOLDER).glob(f"*{_LOST}"))]


def put_aside(home: Path, signed: Checkpoint, note: str) -> None:
    """Return once this checkpoint counts as lost, not as kept, whoever signed it besides."""
    folder = home / FOLDER
    durable.write_file(folder / f"{signed.size}{_LOST}", note.encode("utf-8"))
    for path in folder.glob("*.note"):
        if text_of(_read(path)) == text_of(note):
            path.unlink()
    durable.sync_folder(folder)


def text_of(note: str) -> str:
    """What is signed in a checkpoint, without the signatures."""
    return note.partition("\n\n")[0]


def keep_cosigned(home: Path, log: NoteKey, witnesses: Collection[WitnessKey], untrusted_note: str) -> Note:
    """The checkpoint with the right cosignatures of these witnesses alone, which stands durably as a file.

    Raises Invalid for what is no checkpoint of this log, or lacks a cosignature.
    """
    try:
        note = parse(untrusted_note)
        size = checked(note, log, log.name).size
    except ValueError as error:
        raise Invalid(str(error), field="checkpoint") from error
    here = _with_signatures_of(note, log, witnesses)
    durable.write_file(home / FOLDER / f"{size}.note", str(here).encode("utf-8"))
    return here


def _with_signatures_of(note: Note, log: NoteKey, witnesses: Collection[WitnessKey]) -> Note:
    signers: tuple[Verifier, ...] = (log, *witnesses)
    wanted = {(one.name, one.number) for one in signers}
    right = tuple(one for one in note.signatures if (one.name, one.number) in wanted)
    here = Note(text=note.text, signatures=right)
    if any(one.seconds(here) is None for one in witnesses):
        raise Invalid("has no right cosignature of the witness", field="checkpoint")
    return here


def _read(path: Path) -> str:
    return durable.read_file(path, NOTE_BYTES_MAX).decode("utf-8", "replace")
