"""How often and how many at once one host is asked: our traffic must not harm whoever runs it.

A host has so many places at once, and a bucket that fills at the rate of the settings. Who finds no place or
an empty bucket is told when to come back; nothing waits here.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tutela.kernel.clock import Clock
from tutela.kernel.egress.reasons import StoppedError

#: Hosts remembered at once; beyond it those with a full bucket and nobody inside are forgotten.
HOSTS_MAX = 10_000
#: Seconds after which somebody without a place may try again, since nobody knows when one is free.
PLACE_RETRY_SECONDS = 1.0


@dataclass(kw_only=True, slots=True)
class _Host:
    tokens: float
    at_seconds: float
    inside: int = 0


class HostBudgets:
    """Places and rates of all hosts, for the threads of one process. Raises ValueError for limits below 1."""

    def __init__(self, *, per_second: float, burst: int, concurrent: int, clock: Clock) -> None:
        if per_second <= 0 or burst < 1 or concurrent < 1:
            raise ValueError("a host needs a rate above 0, a burst and a place of at least 1")
        self._per_second, self._burst, self._concurrent = per_second, burst, concurrent
        self._clock = clock
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    @contextmanager
    def place(self, name: str, *, following: bool = False) -> Iterator[None]:
        """Holds a place at the host. Raises StoppedError ``host_busy`` with the time to come back.

        A step of a redirect (``following``) is never refused for the rate, only counted: later ones wait.
        """
        self._enter(name, following=following)
        try:
            yield
        finally:
            with self._lock:
                self._hosts[name].inside -= 1

    def _enter(self, name: str, *, following: bool) -> None:
        with self._lock:
            host = self._host(name)
            if host.inside >= self._concurrent:
                raise StoppedError("host_busy", retry_after_seconds=PLACE_RETRY_SECONDS)
            if host.tokens < 1 and not following:
                wait_seconds = (1 - host.tokens) / self._per_second
                raise StoppedError("host_busy", retry_after_seconds=wait_seconds)
            host.tokens -= 1
            host.inside += 1

    def _host(self, name: str) -> _Host:
        """The host with its bucket filled up to now."""
        now = self._clock.monotonic_seconds()
        if name not in self._hosts:
            self._make_room(now)
            self._hosts[name] = _Host(tokens=self._burst, at_seconds=now)
        host = self._hosts[name]
        host.tokens, host.at_seconds = self._filled(host, now), now
        return host

    def _filled(self, host: _Host, now: float) -> float:
        return min(self._burst, host.tokens + (now - host.at_seconds) * self._per_second)

    def _make_room(self, now: float) -> None:
        if len(self._hosts) < HOSTS_MAX:
            return
        self._hosts = {
            name: host
            for name, host in self._hosts.items()
            if host.inside or self._filled(host, now) < self._burst
        }
        if len(self._hosts) >= HOSTS_MAX:
            raise StoppedError("host_busy", retry_after_seconds=PLACE_RETRY_SECONDS)
