"""Who is signed in, and how long a wrong passphrase makes everybody wait. In memory alone.

Seconds are those since the device started (``device_time``), which run on while it sleeps.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field, replace
from secrets import token_hex

#: Seconds without a request after which a session ends (issue 6 leaves it open: our own).
IDLE_SECONDS = 900.0
#: Sessions at the same time: several browsers of one person (our own); the oldest goes.
SESSIONS_MAX = 4
#: Seconds that a wrong passphrase makes everybody wait at most (our own): nobody is locked out for good.
SLOW_SECONDS_MAX = 64.0


def new_visit() -> str:
    """A name for one browser's visit: 128 random bits in 32 letters."""
    return token_hex(16)


def is_visit(untrusted: str) -> bool:
    """Whether this could be one."""
    return len(untrusted) == 32 and not set(untrusted) - set("0123456789abcdef")


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """One that is open: the private key that the passphrase opened (32 bytes), and when it was last used."""

    private: bytes = field(repr=False)
    used_seconds: float


class Sessions:
    """The sessions that are open, by the visit that opened them."""

    def __init__(self) -> None:
        self._open: dict[bytes, Session] = {}

    def begin(self, visit: str, private: bytes, now_seconds: float) -> None:
        """Open a session for this visit."""
        self.purge(now_seconds)
        while len(self._open) >= SESSIONS_MAX:
            del self._open[min(self._open, key=lambda one: self._open[one].used_seconds)]
        self._open[_key(visit)] = Session(private=private, used_seconds=now_seconds)

    def use(self, visit: str, now_seconds: float) -> Session | None:
        """The session of this visit, used now; None where there is none, or it was idle for too long."""
        self.purge(now_seconds)
        session = self._open.get(_key(visit))
        if session is not None:
            self._open[_key(visit)] = session = replace(session, used_seconds=now_seconds)
        return session

    def end(self, visit: str) -> None:
        """Close the session of this visit, if there is one."""
        self._open.pop(_key(visit), None)

    def purge(self, now_seconds: float) -> None:
        """Forget every session that was idle for too long, with its key."""
        self._open = {
            key: one for key, one in self._open.items() if now_seconds - one.used_seconds < IDLE_SECONDS
        }

    def __len__(self) -> int:
        return len(self._open)


def _key(visit: str) -> bytes:
    """What a visit is found by: no comparison of secrets that could be timed."""
    return hashlib.sha256(visit.encode("utf-8", "replace")).digest()


class Slowing:
    """Wrong passphrases: 1, 2, 4 ... seconds for everybody, until one is right."""

    def __init__(self) -> None:
        self._wrong, self._until_seconds = 0, 0.0

    def left_seconds(self, now_seconds: float) -> int:
        """Whole seconds until the next try; 0 where one may be made now."""
        return max(0, math.ceil(self._until_seconds - now_seconds))

    def wrong(self, now_seconds: float) -> int:
        """Whole seconds to wait after one more wrong passphrase."""
        self._wrong += 1
        pause_seconds = min(SLOW_SECONDS_MAX, 2.0 ** (self._wrong - 1))
        self._until_seconds = now_seconds + pause_seconds
        return int(pause_seconds)

    def right(self) -> None:
        """Forget what was wrong before."""
        self._wrong, self._until_seconds = 0, 0.0
