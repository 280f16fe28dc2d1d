"""Where a Unix socket stands, however long the path of its folder is."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Bytes of the longest path of a Unix socket (unix(7): 108 with the end).
PATH_BYTES_MAX = 107


@contextmanager
def short_name(path: Path) -> Iterator[str]:
    """A name of ``path`` for bind and connect, good in the block. Raises OSError without the folder."""
    if len(os.fsencode(path)) <= PATH_BYTES_MAX or sys.platform != "linux":
        yield str(path)
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def connected(path: Path, timeout_seconds: float) -> socket.socket:
    """A socket that is connected to whoever listens at ``path``. Raises OSError where nobody does."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout_seconds)
        with short_name(path) as name:
            connection.connect(name)
    except BaseException:
        connection.close()
        raise
    return connection
