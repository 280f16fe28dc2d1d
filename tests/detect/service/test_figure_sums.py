"""Numbers of several processes as one: counters only grow, gauges follow their rule and die."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import anyio
import pytest

from tests.detect.service import making
from tutela.detect.service.figure_sums import tell, together
from tutela.detect.service.figures import JOINED, Figures
from tutela.detect.service.vitals import own_figures

OWN = b"""# HELP asked_total Questions.
# TYPE asked_total counter
asked_total{route="match"} 3.0
# HELP behind_seconds Age.
# TYPE behind_seconds gauge
behind_seconds 0.5
# HELP held_bytes Bytes.
# TYPE held_bytes gauge
held_bytes 10.0
"""
OTHER = OWN.replace(b"3.0", b"4.0").replace(b"0.5", b"2.5").replace(b'"match"', b'"other"')
RULES = {"behind_seconds": max}


def gone_process() -> int:
    """The number of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def test_a_process_alone_says_its_own(tmp_path: Path) -> None:
    tell(tmp_path, OTHER)  # its own file is not counted twice
    assert together(tmp_path, OWN, RULES) == OWN
    assert together(tmp_path / "nowhere", OWN, RULES) == OWN


def test_numbers_are_added_or_joined_by_their_rule(tmp_path: Path) -> None:
    (tmp_path / f"{os.getppid()}.prom").write_bytes(OTHER)
    said = together(tmp_path, OWN, RULES).decode()
    for line in ('{route="match"} 3.0', '{route="other"} 4.0', "behind_seconds 2.5", "held_bytes 20.0"):
        assert line in said
    (tmp_path / f"{os.getppid()}.prom").write_bytes(OWN)
    assert 'asked_total{route="match"} 6.0' in together(tmp_path, OWN, RULES).decode()


def test_a_process_that_ended_leaves_its_counts_and_takes_its_gauges(tmp_path: Path) -> None:
    (tmp_path / f"{gone_process()}.prom").write_bytes(OTHER)
    said = together(tmp_path, OWN, RULES).decode()
    assert 'asked_total{route="other"} 4.0' in said
    assert "behind_seconds 0.5" in said
    assert "held_bytes 10.0" in said


@pytest.mark.parametrize("content", [b"", b"\xff", b"word", b"a b c"])
def test_a_file_of_something_else_is_passed_over(tmp_path: Path, content: bytes) -> None:
    (tmp_path / f"{os.getppid()}.prom").write_bytes(content)
    (tmp_path / "notes.prom").write_bytes(OTHER)
    assert together(tmp_path, OWN, RULES) == OWN


def test_what_is_told_is_whole_and_nobody_elses_to_read(tmp_path: Path) -> None:
    folder = tmp_path / "figures"
    tell(folder, OWN)
    tell(folder, OTHER)
    (path,) = folder.iterdir()
    assert path.read_bytes() == OTHER
    assert (path.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)


def test_the_numbers_of_a_service_are_joined_as_they_are_written(tmp_path: Path) -> None:
    one, two = Figures(), Figures()
    for figures in (one, two):
        figures.know_routes(["match"])
        figures.request("match", 200, 0.02)
    (tmp_path / f"{os.getppid()}.prom").write_bytes(two.metrics.exposition())
    said = together(tmp_path, one.metrics.exposition(), JOINED).decode()
    assert 'tutela_service_requests_total{route="match",status_class="2xx"} 2.0' in said
    assert 'tutela_service_request_seconds_bucket{le="0.03",route="match"} 2.0' in said


def test_a_scrape_of_one_process_tells_of_the_others(tmp_path: Path) -> None:
    other = making.service()
    making.client(other).get("/health")
    (tmp_path / f"{os.getppid()}.prom").write_bytes(other.figures.metrics.exposition())
    running = making.service()
    running.figures_folder = tmp_path
    with making.client(running, token="statistics") as client:
        client.get("/health")
        said = client.get("/metrics").text
        assert 'tutela_service_requests_total{route="health",status_class="2xx"} 2.0' in said
    last = (tmp_path / f"{os.getpid()}.prom").read_text()
    assert 'tutela_service_requests_total{route="metrics",status_class="2xx"} 1.0' in last


def test_a_folder_that_cannot_be_written_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    running = making.service()
    running.figures_folder = tmp_path / "file" / "figures"
    with making.client(running) as client:
        assert client.get("/health").status_code == 200


def test_own_figures_are_those_of_the_process() -> None:
    assert b"tutela_service_change_count 12.0" in anyio.run(own_figures, making.service())
