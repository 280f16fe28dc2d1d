"""Files that are there to be locked: empty, of mode 0600 whatever the umask."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO


def open_lock(path: Path) -> BinaryIO:
    """The file at ``path``, made if it is missing, open for ``fcntl.flock``. Raises OSError."""
    return open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b")
