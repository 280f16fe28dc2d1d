"""Who carries a web-hook to its endpoint: the protocol, the courier through the network door, and a fake."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Protocol

from tutela.detect.service.hook_endpoints import Endpoint
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.egress.posting import Post
from tutela.kernel.errors import TutelaError

#: Longest Retry-After that is heeded, in seconds: the longest step of the retry schedule.
RETRY_AFTER_SECONDS_MAX = 86_400.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivered:
    """What the receiver said: HTTP status, and how long it asks to wait in seconds (0: it does not)."""

    status: int
    retry_after_seconds: float = 0.0


class Courier(Protocol):
    """Carries one signed message to one endpoint, once."""

    def deliver(self, endpoint: Endpoint, headers: Mapping[str, str], body: bytes) -> Delivered:
        """What the receiver said. Raises Unavailable when it is not there, Refused when it may not be met."""
        ...


class DoorCourier:
    """The courier through ``kernel.egress``: a pinned connection, no redirect, no proxy, one time limit."""

    def __init__(self, post: Post, *, clock: Clock | None = None) -> None:
        self._post = post
        self._clock = SystemClock() if clock is None else clock

    def deliver(self, endpoint: Endpoint, headers: Mapping[str, str], body: bytes) -> Delivered:
        """What the receiver said. Raises Unavailable, Refused."""
        sent = {"content-type": "application/json", "user-agent": "tutela-hooks/1", **headers}
        answer = self._post(endpoint.destination, sent, body)
        asked = answer.untrusted_headers.get("retry-after", "")
        return Delivered(
            status=answer.status,
            retry_after_seconds=parse_retry_after(asked, now_seconds=self._clock.now().timestamp()),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Carried:
    """One delivery that the fake saw."""

    endpoint: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(kw_only=True, slots=True)
class RecordingCourier:
    """A courier that keeps what it was given. Each delivery takes the next outcome; the last one stays."""

    outcomes: Iterable[int | Delivered | TutelaError] = (200,)
    carried: list[Carried] = field(default_factory=list)
    _left: deque[int | Delivered | TutelaError] = field(init=False)

    def __post_init__(self) -> None:
        self._left = deque(self.outcomes)

    def deliver(self, endpoint: Endpoint, headers: Mapping[str, str], body: bytes) -> Delivered:
        """The next outcome, or raises it."""
        self.carried.append(Carried(endpoint=endpoint.name, headers=dict(headers), body=body))
        outcome = self._left.popleft() if len(self._left) > 1 else self._left[0]
        if isinstance(outcome, TutelaError):
            raise outcome
        return outcome if isinstance(outcome, Delivered) else Delivered(status=outcome)


def parse_retry_after(untrusted_text: str, *, now_seconds: float) -> float:
    """Seconds to wait, 0 to one day: delay or HTTP date (RFC 9110 section 10.2.3), 0 for anything else."""
    text = untrusted_text.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), RETRY_AFTER_SECONDS_MAX)
    try:
        until = parsedate_to_datetime(text)
        wait_seconds = until.timestamp() - now_seconds
    except (ValueError, OverflowError, TypeError, IndexError):
        return 0.0
    return min(max(wait_seconds, 0.0), RETRY_AFTER_SECONDS_MAX)
