"""Who may come in: the callers behind the tokens of the match service (decisions.md section 9, ST-16)."""

from __future__ import annotations

import hmac
import threading
from pathlib import Path

from tutela.detect.service.roles import Caller
from tutela.detect.service.token_file import TokenRecord, digest_of, read_tokens
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Invalid, Refused, Unavailable

#: The file is looked at at most this often in seconds, so that a revoked token ends within a second.
LOOK_AGAIN_SECONDS = 0.5
#: Seconds after which it is worth trying again when the file is damaged: somebody has to repair it.
RETRY_SECONDS = 5.0
#: Characters of a token that are looked at; ours have 68 (``token_file``).
TOKEN_CHARACTERS_MAX = 512

_Stamp = tuple[int, int, int, int, int]


class TokenBook:
    """The tokens of ``tokens.json``, read again when the file changes. Safe to share between threads."""

    def __init__(self, path: Path, *, clock: Clock | None = None) -> None:
        """``path`` is the file ``tokens.json``; it need not exist yet (then nobody comes in)."""
        self._path = path
        self._clock = SystemClock() if clock is None else clock
        self._lock = threading.Lock()
        self._looked_seconds: float | None = None
        self._stamp: _Stamp | None = None
        self._records: tuple[TokenRecord, ...] = ()
        self._damage = ""

    def caller(self, untrusted_token: str) -> Caller:
        """The caller that this token stands for.

        Raises Refused, with one face for unknown, malformed, expired and revoked tokens, and Unavailable
        when the file is damaged or cannot be read: then nobody comes in.
        """
        digest = digest_of(untrusted_token[:TOKEN_CHARACTERS_MAX])
        found: TokenRecord | None = None
        for record in self._standing():  # all of them, so that the time says nothing about the place
            if hmac.compare_digest(record.digest, digest):
                found = record
        now = self._clock.now()
        if found is None or not found.made <= now < found.expires:
            raise Refused("no valid token was given")
        return found.caller()

    def _standing(self) -> tuple[TokenRecord, ...]:
        now = self._clock.monotonic_seconds()
        with self._lock:
            if self._looked_seconds is None or now - self._looked_seconds >= LOOK_AGAIN_SECONDS:
                self._look()
                self._looked_seconds = now
            if self._damage:
                raise Unavailable(self._damage, retry_after_seconds=RETRY_SECONDS)
            return self._records

    def _look(self) -> None:
        stamp = _stamp_of(self._path)
        if stamp == self._stamp and self._looked_seconds is not None and not self._damage:
            return
        self._stamp, self._damage = stamp, ""
        try:
            self._records = read_tokens(self._path)
        except (Unavailable, Invalid) as error:
            self._records, self._damage = (), error.message


def _stamp_of(path: Path) -> _Stamp | None:
    """What changes whenever the file is replaced, edited or given other rights; None without a file."""
    try:
        told = path.stat()
    except OSError:
        return None
    return (told.st_ino, told.st_mtime_ns, told.st_ctime_ns, told.st_size, told.st_mode)
