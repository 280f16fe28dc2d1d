from __future__ import annotations

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


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("markdown", "# Report of the year 2026"),
        ("html", "<!doctype html>"),
        ("csv", "table,"),
        ("json", "{"),
    ],
)
def test_the_report_is_printed(form: str, begins: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["statistics", "yearly", "--year", str(YEAR), "--format", form]) == 0
    assert capsys.readouterr().out.startswith(begins)


def test_no_small_count_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["statistics", "yearly", "--year", str(YEAR), "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    counts = [cell["count"] for table in report["tables"] for cell in table["cells"]]
    assert None in counts and min(one for one in counts if one is not None) >= report["small_count"] == 5


def test_a_year_is_needed() -> None:
    assert run(["statistics", "yearly"]) == 2
