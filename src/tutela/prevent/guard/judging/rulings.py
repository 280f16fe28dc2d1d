"""Rulings kept in memory, so that a picture which comes again need not be looked at again.

The key is HMAC-SHA-256 of the content under a key that this process drew at random and never writes: what is
kept says nothing, without that key, about which pictures it has met.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass

from tutela.prevent.guard.shapes import Ruling


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """Which content a ruling will be about, and which lists were in force when it was begun."""

    digest: bytes
    generation: int


class Rulings:
    """At most ``count_max`` rulings, those asked for last. Thread-safe."""

    def __init__(self, count_max: int) -> None:
        self._count_max = count_max
        self._key = secrets.token_bytes(32)
        self._kept: OrderedDict[bytes, Ruling] = OrderedDict()
        self._generation = 0
        self._lock = threading.Lock()

    def mark(self, content: bytes) -> Mark:
        """The mark of this content now; take it before asking any list."""
        digest = hmac.digest(self._key, content, "sha256")
        with self._lock:
            return Mark(digest=digest, generation=self._generation)

    def find(self, mark: Mark) -> Ruling | None:
        """The ruling on this content, if one is kept."""
        with self._lock:
            ruling = self._kept.get(mark.digest)
            if ruling is not None:
                self._kept.move_to_end(mark.digest)
            return ruling

    def keep(self, mark: Mark, ruling: Ruling) -> None:
        """Keeps what a tier decided; not a failure, and nothing that was begun before ``forget``."""
        with self._lock:
            if ruling.tier == "undecided" or mark.generation != self._generation:
                return
            self._kept[mark.digest] = ruling
            while len(self._kept) > self._count_max:
                self._kept.popitem(last=False)

    def forget(self) -> None:
        """Throws all of them away, with the key: lists or policy have changed."""
        with self._lock:
            self._kept.clear()
            self._generation += 1
            self._key = secrets.token_bytes(32)

    def __len__(self) -> int:
        return len(self._kept)
