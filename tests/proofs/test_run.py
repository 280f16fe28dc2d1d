"""All bars run, whatever fails; in the short tier those that measure no speed go first, two at once."""

from __future__ import annotations

import threading

import pytest

from proofs import run
from proofs.run import AT_ONCE, PATIENT, chosen, run_all, scripts


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """(how, script) as they began; those that are called ``fi_05`` and ``i1_02`` fail."""
    began: list[tuple[str, str]] = []

    def of(how: str) -> None:
        def one(name: str, tier: str) -> int:
            began.append((how, name))
            return 1 if name in ("fi_05", "i1_02") else 0

        monkeypatch.setattr(run, "run_beside" if how == "beside" else "run", one)

    of("beside")
    of("alone")
    return began


NAMES = ("i1_02", "fi_04", "i1_06", "fi_05")


def test_patient_ones_go_first_and_every_failure_is_named(ran: list[tuple[str, str]]) -> None:
    assert run_all(NAMES, "ci") == ["i1_02", "fi_05"]
    assert {*ran[:2]} == {("beside", "fi_04"), ("beside", "fi_05")}
    assert ran[2:] == [("alone", "i1_02"), ("alone", "i1_06")]


@pytest.mark.parametrize(("names", "tier"), [(NAMES, "full"), (("fi_04",), "ci")])
def test_where_speed_is_measured_or_one_is_asked_for_nothing_is_beside_it(
    ran: list[tuple[str, str]], names: tuple[str, ...], tier: str
) -> None:
    run_all(names, tier)
    assert ran == [("alone", name) for name in names]


def test_no_more_run_at_once_than_there_are_cores_for(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock = [0], [0], threading.Lock()

    def one(name: str, tier: str) -> int:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        threading.Event().wait(0.02)
        with lock:
            running[0] -= 1
        return 0

    monkeypatch.setattr(run, "run_beside", one)
    assert run_all(sorted(PATIENT), "ci") == []
    assert most[0] == AT_ONCE


def test_patient_ones_exist_and_whoever_sums_them_up_comes_later() -> None:
    assert set(PATIENT) <= set(scripts())
    assert "i3_06" not in PATIENT  # adds up the faults of fi-04 to fi-19


def test_a_script_beside_others_says_all_in_one_piece(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        run, "_command", lambda name, tier: ["/bin/sh", "-c", "echo one; echo two >&2; exit 3"]
    )
    assert run.run_beside("fi_04", "ci") == 3
    said = capfd.readouterr().out.splitlines()
    assert said[:3] == ["== fi_04 (ci)", "one", "two"] and said[3].startswith("== fi_04 took")


def test_an_unknown_bar_is_told() -> None:
    assert chosen(["i1-6", "fi_04"]) == ["i1_06", "fi_04"]
    with pytest.raises(ValueError, match="no proof named i9_99"):
        chosen(["i9-99"])
