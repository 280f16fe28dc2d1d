"""A claim: one worker's hold on one job, and the token by which every write of it is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tutela.kernel.errors import Conflict

#: Requests of one job to its host at most: a look asks once from each vantage point. Source: our own.
REQUESTS_MAX = 16
#: Seconds by which clocks of machines may differ before a turn counts as set by a clock that went back.
SLACK_SECONDS = 90.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A job as its worker holds it. It belongs to the token, not to the worker's name."""

    job: str
    kind: str
    version: int
    arguments: Mapping[str, Any]
    token: str
    worker: str
    host: str
    tries: int
    tries_max: int
    lease_seconds: float
    made: datetime
    #: Seconds for which its host is left alone after it.
    apart_seconds: float = 0.0


class ClaimLost(Conflict):
    """The job is no longer this worker's: its lease ran out and another took it, or somebody parked it."""

    code = "claim_lost"


@dataclass(frozen=True, kw_only=True, slots=True)
class HostLimit:
    """How many jobs of one host run at once, and how many seconds lie between two.

    The time runs from the beginning of a job and again from its end, so that what two jobs ask of a host is
    that far apart however long a job waits for its own beginning.
    """

    running_max: int = 2
    apart_seconds: float = 1.0

    @property
    def turn_max(self) -> timedelta:
        """How long a host is left alone at most; a longer turn was set by a clock that went back (FI-12)."""
        return timedelta(seconds=SLACK_SECONDS + REQUESTS_MAX * self.apart_seconds)
