"""How many pictures may be under judgement or wait for it: who comes beyond that is turned away."""

from __future__ import annotations

import threading


class Places:
    """Places for so many pictures and so many bytes of them together. Thread-safe."""

    def __init__(self, *, pictures_max: int, bytes_max: int) -> None:
        self._pictures_left = pictures_max
        self._bytes_left = bytes_max
        self._lock = threading.Lock()

    def take(self, size_bytes: int) -> bool:
        """Whether there is a place, which is then taken; ``leave`` it with the same size."""
        with self._lock:
            if self._pictures_left < 1 or self._bytes_left < size_bytes:
                return False
            self._pictures_left -= 1
            self._bytes_left -= size_bytes
            return True

    def leave(self, size_bytes: int) -> None:
        """Gives one place back."""
        with self._lock:
            self._pictures_left += 1
            self._bytes_left += size_bytes
