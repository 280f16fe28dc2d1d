from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.errors import Unavailable
from tutela.kernel.metrics import Metric, Metrics, NullMetrics, PrometheusMetrics

FILES = Metric(
    name="tutela_files_total",
    kind="counter",
    help="Files by status.",
    labels={"status": frozenset({"known", "unknown"})},
)
MEMORY = Metric(name="tutela_worker_bytes", kind="gauge", help="Memory of a worker.")
ROOM = Metric(
    name="tutela_lists_count", kind="gauge", help="Lists.", labels={"room": frozenset({"matching"})}
)
LOOKUP = Metric(name="tutela_lookup_seconds", kind="histogram", help="One look-up.")
DECODE = Metric(
    name="tutela_decode_seconds", kind="histogram", help="Decode.", labels={"kind": frozenset({"jpeg"})}
)
RUNS = Metric(name="tutela_runs_total", kind="counter", help="Runs.")
ALL = (FILES, MEMORY, ROOM, LOOKUP, DECODE, RUNS)


def report(metrics: Metrics) -> None:
    metrics.count(FILES, status="known")
    metrics.count(FILES, 2, status="unknown")
    metrics.count(RUNS)
    metrics.set(MEMORY, 512)
    metrics.set(ROOM, 3, room="matching")
    metrics.observe(LOOKUP, 0.02)
    metrics.observe(DECODE, 0.2, kind="jpeg")


def test_null_metrics_accept_everything_and_keep_nothing() -> None:
    report(NullMetrics())
    assert not vars(NullMetrics())


def test_prometheus_metrics_expose_what_was_reported() -> None:
    metrics = PrometheusMetrics(ALL)
    report(metrics)
    lines = metrics.exposition().decode().splitlines()
    for line in (
        'tutela_files_total{status="known"} 1.0',
        'tutela_files_total{status="unknown"} 2.0',
        "tutela_runs_total 1.0",
        "tutela_worker_bytes 512.0",
        'tutela_lists_count{room="matching"} 3.0',
        'tutela_lookup_seconds_bucket{le="0.03"} 1.0',
        'tutela_lookup_seconds_bucket{le="0.01"} 0.0',
        'tutela_decode_seconds_count{kind="jpeg"} 1.0',
    ):
        assert line in lines


def test_what_counts_often_counts_once_each_and_words_from_outside_are_not_kept() -> None:
    metrics = PrometheusMetrics(ALL)
    for number in range(50):
        report(metrics)
        metrics.count(FILES, status=f"word {number}")
    lines = metrics.exposition().decode().splitlines()
    for line in (
        'tutela_files_total{status="known"} 50.0',
        'tutela_files_total{status="unknown"} 100.0',
        'tutela_files_total{status="other"} 50.0',
        "tutela_runs_total 50.0",
        'tutela_decode_seconds_count{kind="jpeg"} 50.0',
    ):
        assert line in lines
    assert len(metrics._labelled) == 7


@given(st.text().filter(lambda text: text not in ("known", "unknown")))
def test_label_values_outside_the_vocabulary_become_other(canary: str) -> None:
    assert FILES.label_values({"status": canary, "host": canary}) == {"status": "other"}


def test_missing_label_becomes_other() -> None:
    assert FILES.label_values({}) == {"status": "other"}


def test_content_never_reaches_the_exposition() -> None:
    metrics = PrometheusMetrics(ALL)
    metrics.count(FILES, status="canary.example")
    assert b"canary" not in metrics.exposition()
    assert b'status="other"' in metrics.exposition()


def test_a_metric_without_a_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="unit"):
        Metric(name="tutela_files", kind="counter", help="Files.")


def test_without_the_extra_it_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(Unavailable, match="extra"):
        PrometheusMetrics(ALL)


def test_importing_metrics_imports_no_prometheus() -> None:
    code = "import sys, tutela.kernel.metrics; sys.exit('prometheus_client' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
