"""What a kind of job does: each app registers its handlers in its ``jobs.py``, imported when Django is ready.

``outside`` does what takes time or talks to somebody: no transaction is open, and it may run twice, so it is
repeatable. ``inside`` writes down what came of it, in the transaction that also ends the job: both happen, or
neither. Nothing in a handler waits for a person; state belongs to rows, and a later event puts the next job.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tutela.hotline.work.claims import Claim

#: What arguments hold: ids, numbers, words, and lists of them.
Arguments = Mapping[str, Any]

#: A kind, a worker's name, a reason: a short word.
WORD = re.compile(r"[a-z][a-z0-9_-]{0,39}")
#: 0 is urgent (a child may be in danger now), 9 has time; between them an order and no more.
URGENT, NORMAL, LOWEST = 0, 5, 9
#: What brings a begun item further goes before what begins another: else of many at once none is soon done.
SOON = 3
#: Seconds: a job of a dead worker is free after at most this and one look, which must stay below 60 (I5 of
#: fault-injection.md). A handler may take far longer: it is kept by heartbeats.
LEASE_SECONDS_MAX = 45.0
#: Seconds of a lease where a handler says nothing.
LEASE_SECONDS = 30.0
#: Seconds after which an outside part gets no more heartbeats: it hangs, and the job is another worker's. Our
#: own; the longest fetch takes five minutes, a long film on a slow machine less than an hour.
LONGEST_SECONDS = 3_600.0
#: Tries after which a job is parked (FI-21).
TRIES_MAX = 3


def nothing_outside(arguments: Arguments, claim: Claim) -> None:
    """None: for a job that is all inside."""


def nothing_inside(arguments: Arguments, result: Any, claim: Claim) -> None:
    """None: for a job after which nothing is written."""


def one_request() -> int:
    """One: for a job that asks its host once."""
    return 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Handler:
    """How one kind of job is done. ``version`` is the newest shape of arguments that it reads."""

    kind: str
    outside: Callable[[Arguments, Claim], Any] = nothing_outside
    inside: Callable[[Arguments, Any, Claim], None] = nothing_inside
    lease_seconds: float = LEASE_SECONDS
    longest_seconds: float = LONGEST_SECONDS
    tries_max: int = TRIES_MAX
    priority: int = NORMAL
    version: int = 1
    #: How many requests a job makes to its host; for each of them the host is left alone for a while.
    requests: Callable[[], int] = one_request

    def __post_init__(self) -> None:
        """Raises ValueError for a kind, lease, count or priority that cannot be."""
        if not WORD.fullmatch(self.kind):
            raise ValueError("a kind is a short word of lower-case letters, digits, - and _")
        if not 0.1 <= self.lease_seconds <= LEASE_SECONDS_MAX:
            raise ValueError(f"a lease lasts 0.1 to {LEASE_SECONDS_MAX:g} seconds; heartbeats prolong it")
        if self.tries_max < 1 or self.version < 1 or not URGENT <= self.priority <= LOWEST:
            raise ValueError("at least one try, version 1, and a priority from 0 to 9")


_handlers: dict[str, Handler] = {}


def register(handler: Handler) -> None:
    """Makes the handler known to this process. Raises ValueError for a kind that another one has."""
    if _handlers.setdefault(handler.kind, handler) != handler:
        raise ValueError(f"two handlers want the kind {handler.kind}")


def handler_of(kind: str) -> Handler:
    """The handler of a kind. Raises LookupError where this process knows none."""
    found = _handlers.get(kind)
    if found is None:
        raise LookupError(f"no handler is registered for the kind {kind}")
    return found


def find_handler(kind: str) -> Handler | None:
    """The handler of a kind, or None: who puts a job need not be able to do it."""
    return _handlers.get(kind)


def registered_kinds() -> tuple[str, ...]:
    """Every kind that this process can do, in alphabetical order."""
    return tuple(sorted(_handlers))


def forget(kind: str) -> None:
    """Takes a handler away again: for tests and demonstrations."""
    _handlers.pop(kind, None)
