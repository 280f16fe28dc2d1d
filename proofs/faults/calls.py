"""The system calls at which a process is stopped: those that write, make durable, send, or move a file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

#: What our stack does to disk and network (seen with ``strace -c``): SQLite writes by pwrite64, fdatasync,
#: fsync, ftruncate and unlink; the vault by write, fsync, rename, link; libpq and the door by sendto, sendmsg
#: and connect.
CALLS = (
    "pwrite64", "pwritev", "write", "writev", "fdatasync", "fsync", "ftruncate",
    "sendto", "sendmsg", "connect",
    "rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat",
)  # fmt: skip
#: Calls whose first argument is an open descriptor; of the others it is a path.
_DESCRIPTOR = frozenset(CALLS[:10])
#: Calls whose path is the second argument, behind the descriptor of a folder.
_AT = frozenset({"renameat", "renameat2", "linkat", "unlinkat"})
#: Bytes of the longest path that is read from another process (PATH_MAX, limits.h).
_PATH_BYTES = 4_096


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One system call that is about to be made: its name, the process, what it is made on."""

    name: str
    process: int
    arguments: tuple[int, ...]

    def target(self) -> str:
        """The path of the file or socket, empty where the system does not say."""
        if self.name in _DESCRIPTOR:
            try:
                return os.readlink(f"/proc/{self.process}/fd/{self.arguments[0]}")
            except OSError:
                return ""
        written = self.memory(self.arguments[1 if self.name in _AT else 0], _PATH_BYTES)
        return os.fsdecode(written.partition(b"\0")[0])

    def memory(self, address: int, length: int) -> bytes:
        """Up to ``length`` bytes of the process's memory; empty where it is gone."""
        try:
            with Path(f"/proc/{self.process}/mem").open("rb", buffering=0) as memory:
                memory.seek(address)
                return memory.read(length)
        except (OSError, OverflowError):
            return b""
