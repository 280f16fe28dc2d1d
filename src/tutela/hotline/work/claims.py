"""A claim: one worker's hold on one job, and the token by which every write of it is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tutela.kernel.errors import Conflict


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
