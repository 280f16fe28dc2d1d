"""What is counted of blocks while the guard runs, and kept; or nothing, where the person chose that."""

from __future__ import annotations

import threading

from tutela.kernel.clock import Clock
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.person.counters import Counters, NoCounters, forget_counts
from tutela.prevent.guard.person.diary import forget_entries
from tutela.prevent.guard.person.folder import KEYS, Folder
from tutela.prevent.guard.person.policy import Policy
from tutela.prevent.guard.person.sealing import read_keys
from tutela.prevent.guard.running.marks import mark_of
from tutela.prevent.guard.shapes import Path as Way
from tutela.prevent.guard.shapes import Tier


class Counting:
    """Counts of one folder, nothing before ``follow``. Thread-safe; ``count`` waits for no disk."""

    def __init__(self, folder: Folder, clock: Clock) -> None:
        self._folder, self._clock, self._lock = folder, clock, threading.Lock()
        self._counters: Counters | NoCounters = NoCounters()
        self._keeps_nothing: bool | None = None
        self.disk_fails = False

    def follow(self, policy: Policy) -> None:
        """Return once it counts, or once what was kept is forgotten, as the policy says.

        Raises Unavailable where it cannot: nothing is counted until a later call can.
        """
        with self._lock:
            if policy.keep_nothing != self._keeps_nothing:
                self._counters, self._keeps_nothing = NoCounters(), None
                self._counters = self._forgotten() if policy.keep_nothing else self._begun()
                self._keeps_nothing = policy.keep_nothing

    def count(self, way: Way, tier: Tier) -> None:
        """Count one block, in memory."""
        self._counters.count(way, tier)

    def keep(self) -> None:
        """Add what was counted to the file; ``disk_fails`` says whether that failed, and it is kept then."""
        with self._lock:
            try:
                self._counters.keep()
                self._counters.mark(mark_of(self._folder))
                self.disk_fails = False
            except Unavailable:
                self.disk_fails = True

    def forget(self) -> None:
        """Forget what was counted and is in no record yet."""
        with self._lock:
            self._counters.forget()

    def close(self) -> None:
        """Keeps what was counted, and counts nothing from here on. Safe to call twice."""
        self.keep()
        with self._lock:
            self._counters, self._keeps_nothing = NoCounters(), None

    def _begun(self) -> Counters:
        public = read_keys(self._folder.read(KEYS) or b"").public
        return Counters(self._folder, public, self._clock, release=mark_of(self._folder))

    def _forgotten(self) -> NoCounters:
        forget_counts(self._folder)
        forget_entries(self._folder)
        return NoCounters()
