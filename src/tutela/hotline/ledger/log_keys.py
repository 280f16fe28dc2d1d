"""The key of the log: private in one file of TUTELA_HOME, public in another that anybody may have.

Only the process that signs checkpoints reads the private one; the database never holds it.
"""

from __future__ import annotations

from pathlib import Path

from tutela.kernel.custody import durable
from tutela.kernel.custody.note_keys import SigningKey, read_signing_key, write_signing_key
from tutela.kernel.custody.notes import NoteKey
from tutela.kernel.errors import Conflict, Invalid, Unavailable

#: Names of the two files in TUTELA_HOME.
PRIVATE, PUBLIC = "log.key", "log.pub"
#: Bytes of the largest public key that is read (kernel.custody.note_keys).
_FILE_BYTES_MAX = 1_024


def make_log_key(home: Path, untrusted_origin: str) -> NoteKey:
    """The public half of a new key that signs as ``untrusted_origin``; both halves stand in ``home``.

    A private half without its public one is what a founding leaves that was stopped between the two: it
    keeps the name that it was made with, and its public half is written now.
    Raises Invalid for a name that no log may have, Conflict where a key is: it is never replaced.
    """
    try:
        key = SigningKey.new(untrusted_origin)
    except ValueError as error:
        raise Invalid(
            "a log's name has no spaces or plus signs: hotline.example/log", field="name"
        ) from error
    if (home / PUBLIC).exists():
        raise Conflict(f"there is a {PUBLIC} already; a log has one key")
    if (home / PRIVATE).exists():
        return _with_public(home, log_key(home))
    return _written(home, key)


def restore_log_key(home: Path, untrusted_line: str) -> NoteKey:
    """The public half of the log's own key, which is here again.

    Raises Invalid for a line that is no private key or another log's, Conflict where a key is.
    """
    try:
        key = SigningKey.read(untrusted_line)
    except ValueError as error:
        raise Invalid(str(error), field="key") from error
    if (home / PUBLIC).exists() and log_public_key(home) != key.note_key:
        raise Invalid("this is another key than the log was signed with", field="key")
    return _written(home, key)


def _written(home: Path, key: SigningKey) -> NoteKey:
    write_signing_key(home / PRIVATE, key)
    return _with_public(home, key)


def _with_public(home: Path, key: SigningKey) -> NoteKey:
    durable.write_file(home / PUBLIC, f"{key.note_key}\n".encode())
    return key.note_key


def log_key(home: Path) -> SigningKey:
    """The private key. Raises Unavailable where it is missing, Refused where others may read it."""
    return read_signing_key(home / PRIVATE)


def log_public_key(home: Path) -> NoteKey:
    """What checks the log's signatures. Raises Unavailable where the file is missing or damaged."""
    try:
        return NoteKey.read(durable.read_file(home / PUBLIC, _FILE_BYTES_MAX).decode("utf-8"))
    except LookupError as error:
        raise Unavailable(f"there is no {PUBLIC} here: tutela log init") from error
    except ValueError as error:
        raise Unavailable(f"{PUBLIC} is damaged") from error
