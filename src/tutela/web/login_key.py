"""The key that signs login cookies: one file, which only the desk's process may read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

#: In TUTELA_HOME; decisions.md section 4: the desk holds it and nobody else.
FILE_NAME = "login.key"
#: 256 bits, twice what OWASP ASVS 5.0 asks of a secret (11.2.3).
KEY_BYTES = 32


def login_key(home: Path) -> str:
    """The key, or an empty text where this process may not read one: Django refuses to use that."""
    try:
        return (home / FILE_NAME).read_text(encoding="ascii").strip()
    except OSError:
        return ""


def make_login_key(home: Path) -> None:
    """A new key in ``home``, readable by its owner only. Raises FileExistsError rather than replace one."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(home / FILE_NAME, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
