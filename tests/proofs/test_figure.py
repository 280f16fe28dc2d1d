"""A figure says what was measured, what was promised, and whether it held."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from proofs import figure as figures
from proofs.figure import Figure, Progress, bar_file, holds, script, speed_bar
from proofs.run import chosen, environment, main


def test_holds_compares_in_the_direction_of_the_sign() -> None:
    assert holds(12.0, ">= 12")
    assert not holds(11.9, ">= 12")
    assert holds(0, "== 0")
    assert holds(299, "<= 300")
    assert holds(1e9, "")


def test_holds_refuses_a_bar_it_cannot_read() -> None:
    with pytest.raises(ValueError, match="reads like"):
        holds(1, "about 5")


def test_bar_file_pads_the_number() -> None:
    assert bar_file("i1-6") == "i1_06"
    assert bar_file("i1-12") == "i1_12"


def test_figure_with_a_missed_bar_does_not_pass(tmp_path: Path) -> None:
    figure = Figure(bar="i1-6", folder=tmp_path)
    assert figure.record("fast enough", 13.0, "x", ">= 12")
    assert not figure.record("small enough", 301, "bytes", "<= 300")
    assert figure.save() == 1
    written = json.loads((tmp_path / "i1_06.json").read_text(encoding="utf-8"))
    assert written["passed"] is False
    assert [line["passed"] for line in written["figures"]] == [True, False]
    assert {"versions", "date", "cores", "load", "cpu_flags", "n", "failures", "commit"} <= written.keys()


def test_figure_with_a_failure_does_not_pass_though_every_bar_is_met(tmp_path: Path) -> None:
    figure = Figure(bar="i1-9", folder=tmp_path)
    figure.record("crashes", 0, "", "== 0")
    assert figure.passed
    figure.failure("make proofs BAR=i1-9", "a packet left")
    assert figure.save() == 1


def test_figure_that_measured_nothing_does_not_pass(tmp_path: Path) -> None:
    assert Figure(bar="i1-9", folder=tmp_path).save() == 1


def test_ci_tier_does_not_replace_the_published_figure() -> None:
    assert Figure(bar="i1-6", tier="ci").folder != Figure(bar="i1-6").folder


def test_progress_measures_a_step_once(tmp_path: Path) -> None:
    calls: list[int] = []

    def measure() -> int:
        calls.append(1)
        return len(calls)

    assert Progress("i1-4", folder=tmp_path).step("a", measure) == 1
    again = Progress("i1-4", folder=tmp_path)
    assert again.step("a", measure) == 1
    again.finish()
    assert Progress("i1-4", folder=tmp_path).step("a", measure) == 2


def test_progress_of_other_sources_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Progress("i1-4", folder=tmp_path).step("a", lambda: 1)
    monkeypatch.setattr(figures, "sources_digest", lambda: "other")
    assert Progress("i1-4", folder=tmp_path).step("a", lambda: 2) == 2


def test_script_hands_the_tier_over() -> None:
    seen: list[str] = []

    def measured(tier: str) -> int:
        seen.append(tier)
        return 3

    with pytest.raises(SystemExit) as left:
        script(measured, ["ci"])
    assert left.value.code == 3
    assert seen == ["ci"]


def test_run_refuses_an_unknown_bar(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["i9-1"]) == 2
    assert "no proof named i9_01" in capsys.readouterr().err
    with pytest.raises(ValueError, match="no proof"):
        chosen(["i9_01"])


def test_environment_gives_each_library_one_thread() -> None:
    assert environment({"PATH": "/bin"})["OMP_NUM_THREADS"] == "1"


@pytest.mark.parametrize(
    ("bar", "full", "ci"), [(">= 10", ">= 10", ">= 7"), ("<= 70", "<= 70", "<= 100"), ("> 2", "> 2", "> 1.4")]
)
def test_a_speed_is_asked_whole_in_full_and_with_room_for_load_in_ci(bar: str, full: str, ci: str) -> None:
    assert speed_bar(bar, "full") == full
    assert speed_bar(bar, "ci") == ci
