"""The numbers: labels are names of routes and fixed words, whatever is counted."""

from __future__ import annotations

from tutela.detect.media.pool import PoolCounts
from tutela.detect.service.admission import Admission
from tutela.detect.service.figures import ALL, Figures
from tutela.detect.service.matcher import Freshness


def text(figures: Figures, counts: PoolCounts | None = None) -> str:
    freshness = Freshness(change=9, behind_seconds=1.5, stale=("a", "b"))
    return figures.exposition(Admission(), freshness, counts).decode()


def test_only_known_routes_and_statuses_are_labels() -> None:
    figures = Figures()
    figures.know_routes(["match"])
    figures.request("match", 200, 0.02)
    figures.request("secret", 404, 0.02)
    figures.request("match", 0, 0.02)
    said = text(figures)
    assert 'requests_total{route="match",status_class="2xx"} 1.0' in said
    assert 'requests_total{route="other",status_class="4xx"} 1.0' in said
    assert 'requests_total{route="match",status_class="other"} 1.0' in said
    assert "secret" not in said


def test_cpu_seconds_of_hashing_are_counted_once() -> None:
    figures = Figures()
    for seconds in (2.0, 5.0, 5.0):
        said = text(figures, PoolCounts(cpu_seconds=seconds, peak_bytes=77))
    assert "tutela_service_hashing_cpu_seconds_total 5.0" in said
    assert "tutela_service_media_worker_peak_bytes 77.0" in said


def test_a_state_that_is_not_known_keeps_the_last_number() -> None:
    figures = Figures()
    assert "tutela_service_change_count 9.0" in text(figures)
    assert "tutela_service_change_count 9.0" in figures.exposition(Admission(), None, None).decode()


def test_every_metric_says_its_help() -> None:
    said = text(Figures())
    assert all(f"# HELP {metric.name.removesuffix('_total')}" in said for metric in ALL)
