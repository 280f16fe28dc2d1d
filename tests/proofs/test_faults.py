"""What the fault proofs are made of, without the faults: plans, counts, sums."""

from __future__ import annotations

from pathlib import Path

from proofs import fi_08, fi_18, i3_06
from proofs.faults.canary import Canary
from proofs.faults.flow import Ran
from proofs.figure import Figure
from proofs.i3_03 import media


def test_ten_backups_begin_before_and_while_stages_run() -> None:
    moments = fi_18.moments(10)
    assert len(moments) == 10
    assert {stage for stage, _ in moments} == {"worker", "sender", "checker", "end"}
    assert sum(delay == 0 for _, delay in moments) == 4
    assert moments == fi_18.moments(10)


def test_a_fault_that_passed_adds_a_line_and_nothing_else(tmp_path: Path) -> None:
    figure = Figure(bar="i3-6", tier="ci", folder=tmp_path)
    i3_06.add(
        figure, "fi-04", {"figures": [{"name": "kills", "value": 3, "passed": True}], "notes": ["a note"]}
    )
    assert figure.passed
    assert figure.as_json()["tables"] == {"fi-04": {"kills": 3}}


def test_a_fault_that_failed_or_left_nothing_fails_the_bar(tmp_path: Path) -> None:
    for found in ({"figures": [{"name": "kills", "value": 3, "passed": False}]}, {}):
        figure = Figure(bar="i3-6", tier="ci", folder=tmp_path)
        i3_06.add(figure, "fi-04", found)
        assert not figure.passed


def test_the_six_media_hold_the_mark_and_are_called_by_the_address() -> None:
    canary = Canary()
    made = media(canary)
    assert sorted(name.rpartition(".")[2] for name in made) == ["gif", "jpeg", "mp4", "png", "webp", "zip"]
    assert all(name.startswith(canary.address) and canary.media in data for name, data in made.items())


def test_a_failed_statement_is_noticed_by_exit_or_log() -> None:
    said = '{"event": "report_kept_aside", "level": "warning"}'
    assert fi_08.noticed(Ran(exit=0, said="", complained=said))
    assert fi_08.noticed(Ran(exit=1, said="", complained=""))
    assert not fi_08.noticed(Ran(exit=0, said="ACK rep", complained=""))
