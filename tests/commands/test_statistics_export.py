from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.hotline.statistics.making import YEAR, build_house
from tutela.cli import run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    build_house(120)


def test_both_forms_hold_the_same_rows(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["statistics", "export", "--year", str(YEAR)]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert run(["statistics", "export", "--year", str(YEAR), "--format", "csv"]) == 0
    table = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    for kind in ("reports", "items", "notices"):
        assert len(plain[kind]) == sum(row["fact"] == kind for row in table) > 50


def test_a_year_without_anything_has_no_rows(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["statistics", "export", "--year", "2031"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "v": 1, "year": 2031, "reports": [], "items": [], "notices": [], "children": [], "referrals": [],
    }  # fmt: skip


@pytest.mark.parametrize("words", [[], ["--year", "26"], ["--year", "2026", "--format", "xml"]])
def test_a_wrong_call_says_so(words: list[str]) -> None:
    assert run(["statistics", "export", *words]) == 2
