"""Numbers about the running house: how many, how long. Labels never come from content.

A metric is declared once, with a fixed vocabulary for each label; any other label value counts as
``other``. ``NullMetrics`` is the default; ``PrometheusMetrics`` needs the extra ``metrics``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from tutela.kernel.errors import Unavailable

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

T = TypeVar("T")
#: The label value of everything outside the vocabulary.
OTHER = "other"
#: Upper bounds of a histogram in seconds: 1 ms (one look-up) to 1,000 s (a long film).
BUCKETS_SECONDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)

_NAME = re.compile(r"[a-z][a-z0-9_]*_(total|seconds|bytes|count)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """One metric: a counter (``_total``), a gauge (``_bytes``, ``_count``) or a histogram (``_seconds``).

    ``labels`` maps each label to its vocabulary. Raises ValueError for a name without a unit.
    """

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    labels: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(
                f"metric {self.name}: a name ends in its unit: _total, _seconds, _bytes or _count"
            )

    def label_values(self, given: Mapping[str, str]) -> dict[str, str]:
        """A value for every label: the given one where the vocabulary knows it, else ``other``."""
        return {
            label: given[label] if given.get(label) in vocabulary else OTHER
            for label, vocabulary in self.labels.items()
        }


class Metrics(Protocol):
    """Where a room reports numbers. Labels are keyword arguments from the metric's vocabulary."""

    def count(self, metric: Metric, amount: float = 1.0, **labels: str) -> None:
        """Add ``amount`` >= 0 to a counter."""
        ...

    def set(self, metric: Metric, value: float, **labels: str) -> None:
        """Set a gauge."""
        ...

    def observe(self, metric: Metric, seconds: float, **labels: str) -> None:
        """Put one duration in seconds into a histogram."""
        ...


class NullMetrics:
    """Keeps nothing. The default."""

    def count(self, metric: Metric, amount: float = 1.0, **labels: str) -> None:
        """Nothing is kept."""

    def set(self, metric: Metric, value: float, **labels: str) -> None:
        """Nothing is kept."""

    def observe(self, metric: Metric, seconds: float, **labels: str) -> None:
        """Nothing is kept."""


class PrometheusMetrics:
    """Keeps numbers in a Prometheus registry of its own; ``exposition()`` is what a scrape gets.

    Raises Unavailable when the extra ``metrics`` is not installed.
    """

    def __init__(self, metrics: Iterable[Metric]) -> None:
        try:
            from prometheus_client import CollectorRegistry
        except ImportError as error:
            raise Unavailable("Prometheus metrics need the extra: pip install tutela[metrics]") from error
        self._registry: CollectorRegistry = CollectorRegistry()
        self._counters: dict[str, Counter] = {}
        self._gauges: dict[str, Gauge] = {}
        self._histograms: dict[str, Histogram] = {}
        #: Where each set of labels of a vocabulary counts: to ask the library costs as much as to count.
        self._labelled: dict[tuple[str, ...], Any] = {}
        for metric in metrics:
            self._register(metric)

    def count(self, metric: Metric, amount: float = 1.0, **labels: str) -> None:
        """Add ``amount`` >= 0 to a counter."""
        self._of(self._counters, metric, labels).inc(amount)

    def set(self, metric: Metric, value: float, **labels: str) -> None:
        """Set a gauge."""
        self._of(self._gauges, metric, labels).set(value)

    def observe(self, metric: Metric, seconds: float, **labels: str) -> None:
        """Put one duration in seconds into a histogram."""
        self._of(self._histograms, metric, labels).observe(seconds)

    def _of(self, kept: Mapping[str, T], metric: Metric, labels: Mapping[str, str]) -> T:
        """Where a metric with these labels counts."""
        key = (metric.name, *labels, *labels.values())
        found: T | None = self._labelled.get(key)
        if found is None:
            values = metric.label_values(labels)
            whole: Any = kept[metric.name]
            found = whole.labels(**values) if values else whole
            if values == labels:  # any other label counts as one of a vocabulary, and there may be many
                self._labelled[key] = found
        return found

    def exposition(self) -> bytes:
        """All metrics in Prometheus' text format."""
        from prometheus_client import generate_latest

        return generate_latest(self._registry)

    def _register(self, metric: Metric) -> None:
        from prometheus_client import Counter, Gauge, Histogram

        names, registry = tuple(metric.labels), self._registry
        if metric.kind == "counter":
            self._counters[metric.name] = Counter(metric.name, metric.help, names, registry=registry)
        elif metric.kind == "gauge":
            self._gauges[metric.name] = Gauge(metric.name, metric.help, names, registry=registry)
        else:
            self._histograms[metric.name] = Histogram(
                metric.name, metric.help, names, registry=registry, buckets=BUCKETS_SECONDS
            )
