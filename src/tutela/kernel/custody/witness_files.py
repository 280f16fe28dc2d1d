"""A witness's memory in a folder: for each log the last checkpoint that it signed, and the logs it knows."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tutela.kernel.custody import durable
from tutela.kernel.custody.checkpoints import Checkpoint
from tutela.kernel.custody.notes import NOTE_BYTES_MAX, NoteKey, parse
from tutela.kernel.errors import Conflict, Refused, Unavailable

#: Ends of the names: the last checkpoint of a log, and a log's public key.
_NOTE, _KEY = ".note", ".pub"
_LOCK = "lock"


class FileWitnessStore:
    """``WitnessStore`` in ``folder``. What is damaged is never taken for a log that nobody saw before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def last(self, origin: str) -> Checkpoint | None:
        """The newest checkpoint signed for this log, or None. Raises Unavailable where it cannot be read."""
        note = self.last_note(origin)
        return None if note is None else Checkpoint.read(parse(note).text)

    def last_note(self, origin: str) -> str | None:
        """The same as the log signed it: what ``tutela log fsck --kept`` takes."""
        try:
            note = durable.read_file(self._path(origin, _NOTE), NOTE_BYTES_MAX).decode("utf-8")
            if Checkpoint.read(parse(note).text).origin != origin:
                raise ValueError("a checkpoint of another log")
        except LookupError:
            return None
        except ValueError as error:
            raise Unavailable("the last checkpoint that this witness signed is damaged") from error
        return note

    def replace(self, before: Checkpoint | None, after: Checkpoint, note: str) -> bool:
        """Keeps ``after`` durably if ``before`` is still the newest one; False where it is not."""
        with self._alone():
            if self.last(after.origin) != before:
                return False
            durable.write_file(self._path(after.origin, _NOTE), note.encode("utf-8"))
            return True

    def add_log(self, key: NoteKey) -> None:
        """Return once this log is known. Raises Conflict where one of its name has another key."""
        with self._alone():
            known = {one.name: one for one in self.logs()}
            if known.get(key.name, key) != key:
                raise Conflict("a log of this name is known with another key: ask its house by another way")
            durable.write_file(self._path(key.name, _KEY), f"{key}\n".encode())

    def forget(self, origin: str) -> int:
        """The size that was signed last for this log, which is put aside. Raises Refused where none was."""
        with self._alone():
            last = self.last(origin)
            if last is None:
                raise Refused("this witness signed nothing for a log of that name")
            path = self._path(origin, _NOTE)
            with durable.storage():
                path.rename(path.with_suffix(f".forgotten-{last.size}"))
                durable.sync_folder(self.folder)
            return last.size

    def logs(self) -> tuple[NoteKey, ...]:
        """The logs that this witness signs for. Raises Unavailable where a key cannot be read."""
        try:
            return tuple(
                NoteKey.read(durable.read_file(path, NOTE_BYTES_MAX).decode("utf-8"))
                for path in sorted(self.folder.glob(f"*{_KEY}"))
            )
        except (ValueError, LookupError) as error:
            raise Unavailable("the key of a log that this witness knows is damaged") from error

    def _path(self, origin: str, end: str) -> Path:
        return self.folder / (hashlib.sha256(origin.encode()).hexdigest() + end)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with durable.storage():
            durable.make_folder(self.folder)
            descriptor = os.open(
                self.folder / _LOCK, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, durable.FILE_MODE
            )
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
