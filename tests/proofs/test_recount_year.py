from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from proofs import recount_year
from tests.hotline.conftest import django_db_modify_db_settings
from tests.hotline.statistics.making import YEAR, build_house
from tutela.hotline.statistics.queries.year import year_facts
from tutela.hotline.statistics.rendering import render_facts_csv, render_facts_json
from tutela.hotline.statistics.yearly import as_json, tables

__all__ = ["django_db_modify_db_settings"]
pytestmark = pytest.mark.django_db


def counted(folder: Path, *, small: int = 5, form: str = "json") -> tuple[dict[str, Any], dict[str, Any]]:
    """(rows as the script reads them, the report) of the house that is there."""
    facts = year_facts(YEAR)
    path = folder / f"facts.{form}"
    text = render_facts_csv(facts) if form == "csv" else render_facts_json(facts, year=YEAR)
    path.write_bytes(text.encode())
    report = json.loads(json.dumps(as_json(tables(facts, small), year=YEAR, small_count=small)))
    return recount_year.read_rows(path), report


@pytest.mark.parametrize("form", ["json", "csv"])
@pytest.mark.parametrize(("seed", "small"), [(1, 5), (2, 3), (3, 12)])
def test_the_report_of_a_house_is_what_its_export_says(
    tmp_path: Path, form: str, seed: int, small: int
) -> None:
    build_house(400, seed)
    rows, report = counted(tmp_path, small=small, form=form)
    assert min(len(rows["items"]), len(rows["reports"]), len(rows["notices"])) > 200
    assert any(cell["count"] is None for table in report["tables"] for cell in table["cells"])
    assert list(recount_year.differences(rows, report)) == []


def test_a_house_that_has_done_nothing_is_equal_too(tmp_path: Path) -> None:
    rows, report = counted(tmp_path)
    assert list(recount_year.differences(rows, report)) == []


def test_every_figure_is_looked_at(tmp_path: Path) -> None:
    """A report with one figure changed, whichever, is not equal any more."""
    build_house(150)
    rows, report = counted(tmp_path)
    lived = []
    for table in report["tables"]:
        for cell in [table, *table["cells"]]:
            for name in {"total", "count", "median_hours"} & cell.keys():
                told = cell[name]
                cell[name] = 5 if told is None else told + 1
                if not list(recount_year.differences(rows, report)):
                    lived.append((table["key"], cell.get("path"), name))
                cell[name] = told
    assert not lived


def test_a_table_that_hides_too_much_is_found(tmp_path: Path) -> None:
    build_house(150)
    rows, report = counted(tmp_path)
    report["tables"][0] |= {"withheld": True, "cells": []}
    assert "without need" in " ".join(recount_year.differences(rows, report))


def test_the_script_ends_with_what_it_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    build_house(60)
    _, report = counted(tmp_path)
    (tmp_path / "report.json").write_text(json.dumps(report))
    monkeypatch.setattr(sys, "argv", ["", str(tmp_path / "facts.json"), str(tmp_path / "report.json")])
    assert recount_year.main() == 0 and capsys.readouterr().out == "0 differences\n"
    report["tables"][0]["total"] += 1
    (tmp_path / "report.json").write_text(json.dumps(report))
    assert recount_year.main() == 1


def test_the_script_imports_nothing_of_the_product() -> None:
    tree = ast.parse(Path(recount_year.__file__).read_text(encoding="utf-8"))
    named = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    named += [one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names]
    assert {name.partition(".")[0] for name in named} <= sys.stdlib_module_names | {"__future__"}
