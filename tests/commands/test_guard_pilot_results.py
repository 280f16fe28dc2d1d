from __future__ import annotations

import csv
import json
import stat

from tests.commands.pilot_calls import Pilot
from tests.prevent.guard.pilot.test_publishing import recomputed


def study(pilot: Pilot) -> None:
    pilot.found(count=4)
    for code in pilot.codes():
        assert pilot("enrol", str(pilot.folder), code) == 0, pilot.err


def test_the_table_has_a_line_for_everybody_enrolled(pilot: Pilot) -> None:
    study(pilot)
    table = pilot.place / "rows.csv"
    assert pilot("open", str(pilot.folder), "-o", str(table)) == 0, pilot.err
    assert len(list(csv.DictReader(table.read_text().splitlines()))) == 4
    assert stat.S_IMODE(table.stat().st_mode) == 0o600


def test_what_is_published_is_computed_again_from_its_totals(pilot: Pilot) -> None:
    study(pilot)
    told, out = pilot.place / "told.csv", pilot.place / "out"
    told.write_text("useful,safe,effort,offer\n" + "4,3,1,4\n" * 50)
    words = ("--release", "2027-09", "--professionals", str(told), "-o", str(out))
    assert pilot("analyse", str(pilot.folder), *words) == 0, pilot.err
    assert "7/2 of 4 of the budget is spent" in pilot.out
    data = json.loads((out / "published.json").read_text())
    code, said = recomputed(pilot.place, data, (out / "report.md").read_text())
    assert code == 0, said
    exact = json.loads((out / "exact.json").read_text())
    assert exact["people"] == 4 and exact["professionals"]["useful"]["count"] == 50
    assert stat.S_IMODE((out / "exact.json").stat().st_mode) == 0o600


def test_a_release_is_published_once_and_the_budget_holds(pilot: Pilot) -> None:
    study(pilot)
    for release, code in (("one", 0), ("one", 2), ("two", 2)):
        words = ("analyse", str(pilot.folder), "--release", release, "-o", str(pilot.place / release))
        assert pilot(*words) == code, pilot.err
    assert "the total is 4" in pilot.err and not (pilot.place / "two").exists()


def test_a_wrong_table_of_professionals_costs_nothing(pilot: Pilot) -> None:
    study(pilot)
    told = pilot.place / "told.csv"
    told.write_text("useful\n1\n")
    words = ("analyse", str(pilot.folder), "--release", "one", "-o", str(pilot.place / "out"))
    assert pilot(*words, "--professionals", str(told)) == 2 and "first line" in pilot.err
    assert pilot(*words, "--professionals", "none") == 2
    assert pilot(*words) == 0
