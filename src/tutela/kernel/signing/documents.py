"""A text with its signatures, as it stands in one file or in two.

One file: a C2SP signed note (``kernel.custody.notes``), the text first, so that whoever opens it reads what
was signed. Two files: the plain text, and beside it ``<name>.sig`` with the lines of the signatures alone.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from tutela.kernel.custody import durable, notes
from tutela.kernel.custody.note_keys import SigningKey
from tutela.kernel.custody.notes import Note
from tutela.kernel.errors import Refused, Unavailable

#: End of the name of the file with the signatures alone.
DETACHED = ".sig"


def digest_of(text: str) -> str:
    """SHA-256 of the text, 64 hexadecimal digits: what start-up prints and people compare."""
    return hashlib.sha256(text.encode()).hexdigest()


def parse(untrusted_text: str, untrusted_lines: str = "") -> Note:
    """The text and its signatures, unchecked; none for a text that nobody signed yet.

    ``untrusted_lines`` is the content of the second file. Raises ValueError.
    """
    if _carries_signatures(untrusted_text):
        if untrusted_lines:
            raise ValueError("signatures stand both in the text and beside it: keep one of them")
        return notes.parse(untrusted_text)
    if untrusted_lines:
        return notes.parse(f"{untrusted_text}\n{untrusted_lines}")
    if len(untrusted_text.encode("utf-8", "replace")) > notes.NOTE_BYTES_MAX:
        raise ValueError(f"a signed text has at most {notes.NOTE_BYTES_MAX} bytes")
    return Note(text=untrusted_text, signatures=())


def _carries_signatures(untrusted_text: str) -> bool:
    _, blank, lines = untrusted_text.rpartition("\n\n")
    return bool(blank) and lines.startswith("\N{EM DASH}")


def read(path: Path) -> Note:
    """The note at ``path``, unchecked. Raises LookupError where no file is, ValueError, Unavailable."""
    text = _text(path)
    try:
        lines = _text(path.with_name(path.name + DETACHED))
    except LookupError:
        lines = ""
    return parse(text, lines)


def _text(path: Path) -> str:
    try:
        return durable.read_file(path, notes.NOTE_BYTES_MAX).decode("utf-8")
    except Unavailable as error:
        raise ValueError(f"a signed text has at most {notes.NOTE_BYTES_MAX} bytes, in a file") from error


def write(path: Path, note: Note) -> None:
    """Return once the note stands durably at ``path``, in one file. Raises Unavailable."""
    data = str(note) if note.signatures else note.text
    durable.write_file(path, data.encode())
    path.with_name(path.name + DETACHED).unlink(missing_ok=True)


def sign(note: Note, key: SigningKey) -> Note:
    """The note with this key's signature; an earlier one of the same key gives way.

    Raises Refused for a text that a note cannot hold.
    """
    try:
        signed = notes.sign(note.text, key.name, key.private)
        notes.parse(str(signed))
    except ValueError as error:
        raise Refused(f"this text cannot be signed: {error}") from error
    mine = key.note_key
    others = tuple(one for one in note.signatures if (one.name, one.number) != (mine.name, mine.number))
    return Note(text=note.text, signatures=(*others, *signed.signatures))
