"""Who may come in: the tokens of the match service (decisions.md section 9, threat ST-16)."""

from __future__ import annotations

from pathlib import Path

from tutela.detect.service.roles import Caller
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Refused


class TokenBook:
    """The tokens of ``tokens.json``, read again when the file changes. Safe to share between threads."""

    def __init__(self, path: Path, *, clock: Clock | None = None) -> None:
        """``path`` is the file ``tokens.json``; it need not exist yet (then nobody comes in)."""
        self._path = path
        self._clock = SystemClock() if clock is None else clock

    def caller(self, untrusted_token: str) -> Caller:
        """The caller that this token stands for.

        Raises Refused, with one face for unknown, malformed, expired and revoked tokens, and Unavailable
        when the file is damaged or cannot be read.
        """
        raise Refused("no valid token was given")
