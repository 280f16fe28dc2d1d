"""The numbers of one service process for ``/metrics``. Labels are names of routes and fixed words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from tutela.detect.matching.shapes import Status
from tutela.detect.service import fetched, hooks
from tutela.detect.service.figure_sums import Rule
from tutela.detect.service.probing import PROBING
from tutela.kernel.metrics import Metric, PrometheusMetrics

if TYPE_CHECKING:
    from tutela.detect.media.pool import PoolCounts
    from tutela.detect.service.admission import Admission
    from tutela.detect.service.matcher import Freshness

REQUESTS = Metric(
    name="tutela_service_requests_total",
    kind="counter",
    help="Requests answered, by route and first digit of the status.",
    labels={"route": frozenset(), "status_class": frozenset({"2xx", "3xx", "4xx", "5xx"})},
)
SECONDS = Metric(
    name="tutela_service_request_seconds",
    kind="histogram",
    help="Seconds from the first byte of a request to the last of its answer, by route.",
    labels={"route": frozenset()},
)
LOOKS = Metric(
    name="tutela_service_looks_total",
    kind="counter",
    help="Uploads and questions looked at, by status.",
    labels={"status": frozenset(get_args(Status))},
)
HASHING = Metric(
    name="tutela_service_hashing_cpu_seconds_total",
    kind="counter",
    help="CPU seconds of sandboxed media workers that have ended.",
)
PEAK = Metric(
    name="tutela_service_media_worker_peak_bytes",
    kind="gauge",
    help="Most resident memory that a sandboxed media worker had at its end.",
)
IN_HAND = Metric(name="tutela_service_in_hand_count", kind="gauge", help="Requests in hand.")
WAITING = Metric(
    name="tutela_service_waiting_count",
    kind="gauge",
    help="Received uploads that wait for a turn, or for the worker that has them.",
)
BODIES = Metric(name="tutela_service_bodies_bytes", kind="gauge", help="Bytes of bodies held in memory.")
CHANGE = Metric(name="tutela_service_change_count", kind="gauge", help="Number of the last change live here.")
BEHIND = Metric(
    name="tutela_service_behind_seconds",
    kind="gauge",
    help="Age of the oldest change that is not live here yet.",
)
HELD = Metric(
    name="tutela_service_held_lists_count", kind="gauge", help="Lists that are held in an older state."
)
STALE = Metric(name="tutela_service_stale_lists_count", kind="gauge", help="Lists that are out of date.")

#: How the gauges of several processes are joined; all others are added.
JOINED: Mapping[str, Rule] = {
    PEAK.name: max,
    CHANGE.name: min,
    BEHIND.name: max,
    HELD.name: max,
    STALE.name: max,
    hooks.WAITING.name: max,
    hooks.DEAD.name: max,
}
ALL = (
    REQUESTS,
    SECONDS,
    LOOKS,
    HASHING,
    PEAK,
    IN_HAND,
    WAITING,
    BODIES,
    CHANGE,
    BEHIND,
    HELD,
    STALE,
    PROBING,
    fetched.FETCHES,
    *hooks.METRICS,
)


class Figures:
    """What one process counts. For one event loop. Raises Unavailable without the extra ``service``."""

    def __init__(self) -> None:
        self.metrics = PrometheusMetrics(ALL)
        self._requests, self._seconds = REQUESTS, SECONDS
        self._hashing_seconds = 0.0

    def know_routes(self, names: Iterable[str]) -> None:
        """Lets these names of routes be labels; any other counts as ``other``."""
        routes = frozenset(names)
        self._requests = replace(REQUESTS, labels={**REQUESTS.labels, "route": routes})
        self._seconds = replace(SECONDS, labels={"route": routes})

    def request(self, route: str, status: int, seconds: float) -> None:
        """Counts one answer."""
        self.metrics.count(self._requests, route=route, status_class=f"{status // 100}xx")
        self.metrics.observe(self._seconds, seconds, route=route)

    def look(self, status: Status) -> None:
        """Counts one upload or question."""
        self.metrics.count(LOOKS, status=status)

    def exposition(
        self, admission: Admission, freshness: Freshness | None, counts: PoolCounts | None
    ) -> bytes:
        """All numbers in Prometheus' text format, those that are measured now included."""
        self.metrics.set(IN_HAND, admission.in_hand)
        self.metrics.set(WAITING, admission.waiting)
        self.metrics.set(BODIES, admission.held_bytes)
        if freshness is not None:
            self.metrics.set(CHANGE, freshness.change)
            self.metrics.set(BEHIND, freshness.behind_seconds)
            self.metrics.set(HELD, len(freshness.held))
            self.metrics.set(STALE, len(freshness.stale))
        if counts is not None:
            self.metrics.set(PEAK, counts.peak_bytes)
            self.metrics.count(HASHING, max(0.0, counts.cpu_seconds - self._hashing_seconds))
            self._hashing_seconds = counts.cpu_seconds
        return self.metrics.exposition()
