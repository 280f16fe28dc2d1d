"""Which nonces were seen: the atomic insert is the check, so that of two copies at once one is refused."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Protocol


class Nonces(Protocol):
    """Where the nonces of accepted messages are kept. A database does it with a unique row."""

    def remember(self, key: str, nonce: str, until: datetime, *, now: datetime) -> bool:
        """Whether the nonce was new for this key; it is kept until ``until``, in one atomic step."""
        ...


class MemoryNonces:
    """In this process only: for tests, and for a receiver that is one process."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], datetime] = {}
        self._lock = threading.Lock()

    def remember(self, key: str, nonce: str, until: datetime, *, now: datetime) -> bool:
        """As the protocol says."""
        with self._lock:
            self._seen = {one: end for one, end in self._seen.items() if end > now}
            if (key, nonce) in self._seen:
                return False
            self._seen[key, nonce] = until
            return True
