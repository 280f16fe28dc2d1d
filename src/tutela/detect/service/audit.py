"""The audit of the query watch: one JSON line for every alarm and cut-off, without any value.

A line has the caller, the family's number, the counts, and a keyed digest of the value that set it off.
The key is drawn anew every day (UTC) in every process and kept nowhere: within the day two lines about
the same value can be told, and no value can be found from a line, not even by trying all of a list.
"""

from __future__ import annotations

import fcntl
import hmac
import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from tutela.kernel.clock import Clock, SystemClock, iso_utc
from tutela.kernel.log import get_logger

#: Bytes of the file from which it is set aside as ``.1``: about 25,000 lines (our own).
FILE_BYTES_MAX = 8 << 20
#: Bytes of the day's key: 256 bits.
KEY_BYTES = 32

_log = get_logger("detect.service")


@dataclass(frozen=True, kw_only=True, slots=True)
class Noted:
    """One line: what happened (``alarm``, ``family_cut``, ``caller_cut``) to whom, and why."""

    step: str
    name: str
    id: str
    family: int
    burst: float
    edges: int
    met: bool


class Audit(Protocol):
    """Where alarms are written down."""

    def write(self, noted: Noted, value: bytes) -> None:
        """Keeps one line; of ``value`` only a keyed digest. Never raises: the watch goes on."""
        ...


class MemoryAudit:
    """Keeps the lines of this process in memory. For tests."""

    def __init__(self) -> None:
        self.lines: list[Noted] = []

    def write(self, noted: Noted, value: bytes) -> None:
        """Keeps the line; nothing of ``value``."""
        self.lines.append(noted)


class FileAudit:
    """Lines at the end of a file (0600); several processes may write to the same one."""

    def __init__(self, path: Path, *, clock: Clock | None = None) -> None:
        self._path = path
        self._clock = SystemClock() if clock is None else clock
        self._day: date | None = None
        self._key = b""

    def write(self, noted: Noted, value: bytes) -> None:
        """Appends one line. A disk that fails is told in the log (``audit_unwritten``), and work goes on."""
        line = {"time": iso_utc(self._clock.now()), **asdict(noted), "digest": self.digest(value)}
        try:
            self._append(line)
        except OSError:
            _log.exception("audit_unwritten", caller=noted.id, family=noted.family)

    def digest(self, value: bytes) -> str:
        """32 hexadecimal digits: HMAC-SHA-256 under the key of the day, cut to 128 bits."""
        today = self._clock.now().date()
        if today != self._day:
            self._day, self._key = today, secrets.token_bytes(KEY_BYTES)
        return hmac.digest(self._key, value, "sha256").hex()[:32]

    def _append(self, line: dict[str, Any]) -> None:
        raw = (json.dumps(line, ensure_ascii=False) + "\n").encode("utf-8")
        while not self._is_written(raw):
            continue

    def _is_written(self, raw: bytes) -> bool:
        """True when the line stands in the file; False when another process set that aside meanwhile."""
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if not self._is_same(os.fstat(descriptor)):
                return False
            os.write(descriptor, raw)
            if os.fstat(descriptor).st_size > FILE_BYTES_MAX:
                os.replace(self._path, self._path.with_name(f"{self._path.name}.1"))
        finally:
            os.close(descriptor)
        return True

    def _is_same(self, facts: os.stat_result) -> bool:
        try:
            return os.path.samestat(facts, os.stat(self._path))
        except FileNotFoundError:
            return False
