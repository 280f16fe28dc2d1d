"""How long a job waits after a try that failed."""

from __future__ import annotations

import secrets
from collections.abc import Callable

#: Seconds after the first failed try, doubled with each one. Source: our own; a hiccup is over by then.
FIRST_SECONDS = 5.0
#: Seconds at most: one hour, so that a partner who was away for a day is met within one.
LONGEST_SECONDS = 3_600.0
#: Share of a wait that chance decides, so that jobs which failed together do not come back together.
JITTER_SHARE = 0.5

_uniform = secrets.SystemRandom().random


def wait_seconds(tries: int, *, least_seconds: float = 0.0, chance: Callable[[], float] = _uniform) -> float:
    """Seconds until the next try after ``tries`` >= 1 failed ones: 5, 10 ... 3600, less up to a half of it.

    ``least_seconds`` is what a partner asked for (``retry_after_seconds``) and is never undercut.
    """
    whole = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(tries - 1, 20))
    return max(least_seconds, whole * (1.0 - JITTER_SHARE * chance()))
