"""A sender's name is its alone on this machine: the system's own lock, which ends with the process."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tutela.kernel.errors import Conflict, Invalid

#: What a sender may be called; it becomes part of a file's name.
NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")


@contextmanager
def sender_lock(name: str, home: Path) -> Iterator[None]:
    """Gives a block in which nobody else on this machine is the sender of this name.

    Only so may what an earlier life of it held be put in doubt at once. Raises Conflict where there is one,
    Invalid for a name that is none.
    """
    if not NAME.fullmatch(name):
        raise Invalid("a sender is called by a short word of lower-case letters, digits and -", field="name")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(home / f"sender-{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise Conflict(f"a sender called {name} runs already; give this one another --name") from error
    finally:
        os.close(descriptor)
