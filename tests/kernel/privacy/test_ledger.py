from __future__ import annotations

import sqlite3
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from tutela.kernel.errors import Conflict, Refused, Unavailable
from tutela.kernel.privacy.ledger import Ledger

DAY = date(2027, 9, 1)
THIRD = Fraction(1, 3)


def charge(ledger: Ledger, release: str, *costs: Fraction, people: str = "people") -> Fraction:
    named = {f"total {number}": cost for number, cost in enumerate(costs)}
    return ledger.charge(people, release, named, total=Fraction(1), day=DAY)


def test_what_is_spent_adds_up_exactly_to_the_total_and_no_further(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    assert charge(ledger, "one", THIRD) == THIRD
    assert charge(ledger, "two", THIRD, Fraction(1, 6)) == Fraction(5, 6)
    with pytest.raises(Refused, match="7/6; the total is 1"):
        charge(ledger, "three", THIRD)
    assert charge(Ledger(tmp_path / "ledger"), "three", Fraction(1, 6)) == 1
    with pytest.raises(Refused):
        charge(ledger, "four", Fraction(1, 1000))
    assert [one.release for one in ledger.charges("people")] == ["one", "two", "two", "three"]
    assert {one.day for one in ledger.charges("people")} == {DAY}


def test_a_release_is_paid_and_so_drawn_once(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    charge(ledger, "one", Fraction(1, 10))
    with pytest.raises(Conflict, match="noise is drawn once"):
        charge(ledger, "one", Fraction(1, 10))
    assert len(ledger.charges("people")) == 1


def test_each_group_of_people_has_its_own_budget(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    charge(ledger, "one", Fraction(1))
    assert charge(ledger, "one", Fraction(1), people="professionals") == 1


def test_a_ledger_that_cannot_be_used_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "ledger").write_bytes(b"no database at all, but long enough to be taken for one" * 20)
    with pytest.raises(Unavailable):
        charge(Ledger(tmp_path / "ledger"), "one", THIRD)
    with pytest.raises(Unavailable):
        charge(Ledger(tmp_path / "none" / "ledger"), "one", THIRD)


def test_two_at_the_same_time_do_not_spend_the_same_budget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger"
    charge(Ledger(path), "one", THIRD)
    monkeypatch.setattr("tutela.kernel.privacy.ledger._WAIT_SECONDS", 0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable):
        charge(Ledger(path), "two", THIRD)
    other.execute("ROLLBACK")
    other.close()
    assert charge(Ledger(path), "two", THIRD) == 2 * THIRD
