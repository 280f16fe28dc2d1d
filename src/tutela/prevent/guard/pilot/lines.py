"""A file to which lines are only ever added, each naming the digest of the one before.

What was taken out, put in or changed later shows when the file is read. It does not show that the last lines
are missing: whoever audits notes the digest of the last line elsewhere.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tutela.kernel.custody import durable
from tutela.kernel.errors import Refused

#: Bytes of the largest file that is read: some 100,000 lines.
FILE_BYTES_MAX = 32 * 1024 * 1024
_BEFORE = "before"
_NONE = "0" * 64


class Lines:
    """The lines in the file at ``path``; none where there is no file. Raises Unavailable as storage fails.

    For one thread at a time.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._is_alone = path, False

    def read(self) -> tuple[Mapping[str, Any], ...]:
        """The rows in order. Raises Refused where the chain is broken."""
        return tuple(row for row, _ in self._checked(self._data()))

    def add(self, row: Mapping[str, Any]) -> None:
        """Return once the row stands durably at the end. Raises Refused where the chain is broken.

        A part of a line that a kill left at the end is cut off first.
        """
        with self.alone():
            data = self._data()
            whole = data[: data.rfind(b"\n") + 1]
            digests = [digest for _, digest in self._checked(whole)]
            last = digests[-1] if digests else _NONE
            line = json.dumps({**row, _BEFORE: last}, sort_keys=True, separators=(",", ":"))
            self._append(line.encode("ascii") + b"\n", at=len(whole))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """A block in which nobody else adds a line; one inside of another is part of it."""
        if self._is_alone:
            yield
            return
        with durable.storage():
            durable.make_folder(self._path.parent)
            descriptor = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                self._is_alone = True
                yield
            finally:
                self._is_alone = False
                os.close(descriptor)

    def _data(self) -> bytes:
        try:
            return durable.read_file(self._path, FILE_BYTES_MAX)
        except LookupError:
            return b""

    def _append(self, line: bytes, *, at: int) -> None:
        with durable.storage():
            flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            descriptor = os.open(self._path, flags, durable.FILE_MODE)
            with os.fdopen(descriptor, "wb") as file:
                file.truncate(at)
                file.seek(at)
                file.write(line)
                file.flush()
                os.fsync(descriptor)

    def _checked(self, data: bytes) -> Iterator[tuple[Mapping[str, Any], str]]:
        """Each whole line's row and digest. Raises Refused."""
        before = _NONE
        for number, line in enumerate(data[: data.rfind(b"\n") + 1].splitlines(), 1):
            try:
                row = json.loads(line)
                right = row.pop(_BEFORE) == before
            except (ValueError, KeyError, AttributeError):
                right = False
            if not right:
                raise Refused(f"{self._path.name}, line {number}: this file was changed after it was written")
            before = hashlib.sha256(line).hexdigest()
            yield row, before
