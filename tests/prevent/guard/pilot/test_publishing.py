from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.prevent.guard.pilot.test_analysing import ROWS, STUDY
from tutela.kernel.errors import Conflict, Refused
from tutela.kernel.privacy.ledger import Ledger
from tutela.prevent.guard.pilot.analysing import COURSE, PRIMARY, SECONDARY, professional_totals, totals
from tutela.prevent.guard.pilot.publishing import PEOPLE, PROFESSIONALS, charge, noised, published
from tutela.prevent.guard.pilot.rendering import markdown

DAY = date(2027, 9, 1)
SCRIPT = Path(__file__).resolve().parents[4] / "tools" / "pilot_recompute.py"
TOLD = [{"useful": 3, "safe": 4, "effort": 0, "offer": 4}] * 50


def made(seed: int = 1) -> dict[str, Any]:
    """A published file as it is read again."""
    source = random.Random(seed)
    data = published(
        STUDY,
        "2027-09",
        people=noised(totals(STUDY, ROWS * 20), STUDY.budget, source.randrange),
        professionals=noised(professional_totals(TOLD), STUDY.budget, source.randrange),
        spent=Fraction(7, 2),
    )
    found: dict[str, Any] = json.loads(json.dumps(data))
    return found


def recomputed(tmp_path: Path, data: Mapping[str, Any], report: str | None = None) -> tuple[int, str]:
    """Exit code and output of the independent script, run where nothing of tutela can be imported."""
    files = [tmp_path / "published.json"]
    files[0].write_text(json.dumps(data), encoding="utf-8")
    if report is not None:
        files.append(tmp_path / "report.md")
        files[1].write_text(report, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), *map(str, files)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout + done.stderr


def test_every_figure_follows_from_the_published_totals(tmp_path: Path) -> None:
    data = made()
    code, said = recomputed(tmp_path, data, markdown(data))
    assert code == 0, said
    assert "figures computed again from 13 totals: 0 differ" in said


def test_a_report_is_compared_by_its_published_digits(tmp_path: Path) -> None:
    people = [replace(one, count=19, people=52) for one in totals(STUDY, ROWS)]
    data = published(STUDY, "2027-09", people=people, professionals=[], spent=Fraction(7, 2))
    low = data["figures"]["left"]["groups"]["guard"]["low"]
    assert low == 0.1335, "0.13349973: in percent 13.3, and 13.4 once it is rounded"
    code, said = recomputed(tmp_path, data, markdown(data))
    assert code == 0, said


@pytest.mark.parametrize("part", ["total", "figure", "epsilon", "people", "left out", "report"])
def test_a_difference_is_found(tmp_path: Path, part: str) -> None:
    data = made()
    report = markdown(data)
    if part == "total":
        data["totals"]["left"]["guard"] += 1
    elif part == "figure":
        data["figures"]["primary"]["p"] += 2e-6
    elif part == "epsilon":
        data["privacy"]["epsilon"]["trust"] = "1"
    elif part == "people":
        data["design"]["arms"]["guard"] += 1
    elif part == "left out":
        del data["figures"]["burden"]
    else:
        report = report.replace(f"{data['figures']['primary']['p']:.4f}", "0.0000")
    code, said = recomputed(tmp_path, data, report)
    assert code == 1 and " 0 differ" not in said


def test_the_script_says_when_the_call_is_wrong(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-I", str(SCRIPT)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "usage" in done.stderr
    assert "tutela" not in SCRIPT.read_text(encoding="utf-8").replace("nothing of tutela", "")


def test_no_exact_total_is_in_what_is_published() -> None:
    exact = totals(STUDY, ROWS * 20)
    differing = [noised(exact, STUDY.budget, random.Random(seed).randrange) for seed in range(60)]
    for place, one in enumerate(exact):
        noise = [draw[place].count - one.count for draw in differing]
        assert len(set(noise)) > 2, "noise is drawn for every total"
        spread = sum(value * value for value in noise) / len(noise)
        assert (spread < 3) == (one.name == PRIMARY), "and with its own epsilon"
    text = json.dumps(made())
    assert "severity" not in text and "network/exact" not in text and "0000000000000001" not in text


def test_a_release_is_paid_before_its_noise_is_drawn_and_never_twice(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    spent = charge(ledger, "one", STUDY, asked_professionals=True, day=DAY)
    assert spent == STUDY.budget.primary + STUDY.budget.other * len([*SECONDARY, *COURSE]) == Fraction(7, 2)
    assert [one.what for one in ledger.charges(PEOPLE)] == [PRIMARY, *SECONDARY, *COURSE]
    assert sum(one.epsilon for one in ledger.charges(PROFESSIONALS)) == 1
    with pytest.raises(Conflict):
        charge(ledger, "one", STUDY, asked_professionals=False, day=DAY)
    with pytest.raises(Refused, match="the total is 4"):
        charge(ledger, "two", STUDY, asked_professionals=False, day=DAY)


def test_what_is_charged_is_what_is_published(tmp_path: Path) -> None:
    ledger, data = Ledger(tmp_path / "ledger"), made()
    charge(ledger, "one", STUDY, asked_professionals=True, day=DAY)
    charged = {
        one.what: str(one.epsilon) for group in (PEOPLE, PROFESSIONALS) for one in ledger.charges(group)
    }
    assert charged == data["privacy"]["epsilon"] and set(charged) == set(data["totals"])
