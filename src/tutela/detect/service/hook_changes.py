"""Tells endpoints which lists changed: reads the change log behind what is live here, and remembers how far.

One process does it, the one that delivers. Killed at any moment it begins again where it had written down
that it was; what it announces twice has the same id. The first time it begins at the end of the log.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from typing import Protocol

from tutela.detect.service.changes import Change, ChangeLog
from tutela.detect.service.hook_bodies import ListNews, steady_message
from tutela.detect.service.hook_queue import HookQueue
from tutela.detect.service.hooks import POLL_SECONDS, Hooks
from tutela.kernel.errors import TutelaError
from tutela.kernel.log import get_logger

#: Changes of one step; a body is small, so this is a matter of the queue's transactions.
CHANGES_AT_ONCE = 100
#: Seconds before a log or queue that could not be reached is asked again.
BROKEN_SECONDS = 5.0

_log = get_logger("detect.service")


class Applied(Protocol):
    """What is needed of ``shelf.Applied``."""

    @property
    def sequence(self) -> int:
        """Number of the last change that is live here."""

    @property
    def holds(self) -> Collection[str]:
        """Names of the lists that are held in an older state."""


class State(Protocol):
    """What is needed of ``shelf.ListState``."""

    @property
    def version(self) -> str:
        """The list's version."""


class Shelf(Protocol):
    """What is needed of ``shelf.Shelf``."""

    def applied(self) -> Applied:
        """How far this replica is."""

    def state(self, name: str) -> State:
        """How one list stands. Raises Invalid when it is not there, Unavailable."""


def begin(log: ChangeLog, queue: HookQueue) -> int:
    """Number of the change behind which telling begins, where it never did: the last one at this moment.

    Every process of the service says so before it answers anybody, so that no change of its own is missed.
    Raises Unavailable when the log or the queue cannot be reached.
    """
    return queue.first_mark(_mark(log), log.head())


def _mark(log: ChangeLog) -> str:
    """The name under which the queue remembers how far it was told of this log."""
    return f"told {log.identity}"


class ChangeTeller:
    """See the module. Raises Unavailable when the log or the queue cannot be reached."""

    def __init__(self, log: ChangeLog, shelf: Shelf, hooks: Hooks, queue: HookQueue) -> None:
        self._changes, self._shelf, self._hooks, self._queue = log, shelf, hooks, queue
        self._mark = _mark(log)

    def step(self) -> int:
        """How many changes were passed, announced or not worth it; 0 when there was nothing new."""
        told = self._told()
        applied = self._shelf.applied()
        found = self._changes.after(told, CHANGES_AT_ONCE)
        live = [change for change in found if change.sequence <= applied.sequence]
        for change in live:
            if change.act != "add" or change.entries:
                message = steady_message(self._changes.identity, change.sequence)
                self._hooks.list_changed(self._news(change, applied), message=message)
        if live:
            self._queue.set_mark(self._mark, live[-1].sequence)
        return len(live)

    def run(self, stop: threading.Event) -> None:
        """Tells until ``stop`` is set, and goes on when log, lists or queue were away for a while."""
        while not stop.is_set():
            try:
                idle_seconds = 0.0 if self.step() else POLL_SECONDS
            except TutelaError:
                _log.error("hook_changes_unavailable")
                idle_seconds = BROKEN_SECONDS
            if idle_seconds:
                stop.wait(idle_seconds)

    def _told(self) -> int:
        """Number of the last change that was told; the end of the log the first time."""
        told = self._queue.mark(self._mark)
        return begin(self._changes, self._queue) if told < 0 else told

    def _news(self, change: Change, applied: Applied) -> ListNews:
        entries = {entry.entry for entry in change.entries}
        return ListNews(
            list=change.list,
            version=self._version(change.list),
            change=change.sequence,
            act=change.act,
            added=len(entries),
            removed=len(set(change.draft.ids)) if change.act == "remove" else 0,
            held=change.list in applied.holds,
        )

    def _version(self, name: str) -> str:
        """The list's version now; nothing for a list that is gone or cannot be read: news of others go on."""
        try:
            return self._shelf.state(name).version
        except TutelaError:
            return ""
