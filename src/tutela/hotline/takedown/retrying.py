"""When a notice is tried again, and how long the mail server is left alone. Pure; chance is handed in.

A notice is tried at most once in ten minutes (fault-injection.md FI-09). While the server itself does not
answer no notice is tried at all: it is probed without one, so that an outage costs no notice its turn.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

#: A number from 0 to 1, evenly spread.
Chance = Callable[[], float]

#: Seconds between two tries of one notice: the first pause, and the longest (fault-injection.md FI-09; the
#: longest is our own: a greylisting host takes a message after minutes, a full mailbox after hours).
RETRY_SECONDS, RETRY_SECONDS_MAX = 600.0, 14_400.0
#: Share of a pause by which it may be longer, so that what failed together is not tried together.
JITTER_SHARE = 0.2
#: Seconds between two probes of a server that does not answer: the first pause, and the longest (our own).
PROBE_SECONDS, PROBE_SECONDS_MAX = 5.0, 60.0


def retry_after(attempts: int, chance: Chance) -> timedelta:
    """How long a notice waits after its ``attempts``-th try (1 or more): 10 minutes, then twice that, ..."""
    return timedelta(seconds=_pause(RETRY_SECONDS, RETRY_SECONDS_MAX, attempts, chance))


def probe_after_seconds(probes: int, chance: Chance) -> float:
    """Seconds until the server is asked again after ``probes`` (1 or more) that it did not answer."""
    return _pause(PROBE_SECONDS, PROBE_SECONDS_MAX, probes, chance)


def _pause(first: float, longest: float, number: int, chance: Chance) -> float:
    doubled = first * float(1 << min(max(number, 1) - 1, 16))
    return min(doubled, longest) * (1 + JITTER_SHARE * chance())
