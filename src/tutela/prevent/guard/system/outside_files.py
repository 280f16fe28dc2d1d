"""Files that are not the guard's own: looked at, replaced whole, taken away, given back bit for bit.

A file is written beside its place under a name that the journal knows, so that a kill leaves nothing that
nobody can find. Links are followed first: people keep their settings elsewhere and link to them.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tutela.kernel.custody.durable import sync_folder
from tutela.kernel.errors import Unavailable

#: Bytes of the largest file that is changed: the databases and settings of browsers have less (our own).
FILE_BYTES_MAX = 64 * 1024 * 1024
#: Nobody but the owner, where a file is new.
NEW_MODE = 0o600


@dataclass(frozen=True, kw_only=True, slots=True)
class Stood:
    """A file as it stood: ``data`` is None where there was none; its mode, and when it was changed."""

    data: bytes | None
    mode: int = NEW_MODE
    modified_ns: int | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of its content in hex, empty where there is none."""
        return digest(self.data)


def digest(data: bytes | None) -> str:
    """SHA-256 in hex; empty for no file."""
    return "" if data is None else sha256(data).hexdigest()


@contextmanager
def told(path: Path) -> Iterator[None]:
    """A block in which an error of the operating system names the file that it is about."""
    try:
        yield
    except OSError as error:
        raise Unavailable(f"{path} cannot be changed: {error.strerror}") from error


def real(path: Path) -> Path:
    """Where a path leads when its links are followed. Raises Unavailable for one that leads in a circle."""
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:
        raise Unavailable(f"{path} is a link that leads nowhere") from error


def look(path: Path) -> Stood:
    """The file as it stands. Raises Unavailable for what is no plain file, or too large."""
    with told(path):
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except FileNotFoundError:
            return Stood(data=None)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            data = file.read(FILE_BYTES_MAX + 1) if stat.S_ISREG(status.st_mode) else None
    if data is None or len(data) > FILE_BYTES_MAX:
        raise Unavailable(f"{path} is no plain file of at most {FILE_BYTES_MAX} bytes")
    return Stood(data=data, mode=stat.S_IMODE(status.st_mode), modified_ns=status.st_mtime_ns)


def draft_of(path: Path, token: str) -> Path:
    """Where the new content of a file stands before it has its name."""
    return path.with_name(f".{token}")


def put(path: Path, stood: Stood, *, token: str) -> None:
    """Return once the file is durably as ``stood`` says, or as it was before. Raises Unavailable."""
    with told(path):
        if stood.data is None:
            path.unlink(missing_ok=True)
        else:
            _write(draft_of(path, token), stood, stood.data)
            draft_of(path, token).rename(path)
        sync_folder(path.parent)


def _write(draft: Path, stood: Stood, data: bytes) -> None:
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, NEW_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fchmod(descriptor, stood.mode)
        if stood.modified_ns is not None:
            os.utime(descriptor, ns=(stood.modified_ns, stood.modified_ns))
        os.fsync(descriptor)


def drop_draft(path: Path, *, token: str) -> None:
    """Return once nothing that a kill left beside the file is there any more."""
    with told(path):
        draft_of(path, token).unlink(missing_ok=True)
