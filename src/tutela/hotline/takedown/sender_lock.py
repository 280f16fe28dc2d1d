"""A sender's name is its alone in this house: the system's own lock, which ends with the process.

Two machines have two houses, and both may run a sender of the name that nobody changed. So what a sender
writes beside a notice is more than its name: a mark that this house and this machine have and no other.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tutela.kernel.errors import Conflict, Invalid

#: What a sender may be called; it becomes part of a file's name.
NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
#: Bytes of the mark that a house gives a name, and hexadecimal characters of it beside the name (our own).
_MARK_BYTES, _SHOWN = 16, 12
#: The machine's own id, which a copy of the house on another machine does not share. Source: machine-id(5).
_MACHINE = Path("/etc/machine-id")


@contextmanager
def sender_lock(name: str, home: Path, *, machine: Path = _MACHINE) -> Iterator[str]:
    """Gives a block in which nobody else is the sender that is called by what the block gets: name and mark.

    Only so may what an earlier life of it held be put in doubt at once. Raises Conflict where there is one,
    Invalid for a name that is none.
    """
    if not NAME.fullmatch(name):
        raise Invalid("a sender is called by a short word of lower-case letters, digits and -", field="name")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(home / f"sender-{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield f"{name}.{_mark(descriptor, machine)}"
    except BlockingIOError as error:
        raise Conflict(f"a sender called {name} runs already; give this one another --name") from error
    finally:
        os.close(descriptor)


def _mark(descriptor: int, machine: Path) -> str:
    """The mark of this name in this house on this machine; made once, and kept in the file of the lock."""
    kept = os.pread(descriptor, _MARK_BYTES + 1, 0)
    if len(kept) != _MARK_BYTES:
        kept = secrets.token_bytes(_MARK_BYTES)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, kept, 0)
        os.fsync(descriptor)
    of_machine = machine.read_bytes() if machine.is_file() else b""
    return hashlib.sha256(kept + of_machine).hexdigest()[:_SHOWN]
