"""Whether somebody listens: at a TCP port of this machine, or at a Unix socket."""

from __future__ import annotations

import socket
from pathlib import Path

from tutela.kernel.channels.places import connected

#: Seconds for one look.
_LOOK_SECONDS = 0.5


def listens_on_port(host: str, port: int) -> bool:
    """Whether a connection to the port is taken."""
    try:
        with socket.create_connection((host, port), timeout=_LOOK_SECONDS):
            return True
    except OSError:
        return False


def listens_at(path: Path) -> bool:
    """Whether a connection to the Unix socket is taken."""
    try:
        connected(path, _LOOK_SECONDS).close()
    except OSError:
        return False
    return True
