"""A house with a year of life drawn from a seed, in a database of its own; its commands are asked.

``python -m proofs.year_house ITEMS SEED`` makes the tables of the house in ``TUTELA_HOME`` and fills them:
everything that counts is drawn, most of all what makes small counts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proofs.i4_07 import environment
from proofs.machine import ROOT
from proofs.recount_year import Row, differences, read_rows

#: The year that is counted, as ``tests.hotline.statistics.making`` fills it.
YEAR = "2026"
#: Forms of an export, and the names of their files.
EXPORTS = ("json", "csv")


@dataclass(frozen=True, kw_only=True, slots=True)
class YearHouse:
    """One house: its folder, and the address of its database where that is no file."""

    home: Path
    database: str = ""

    def run(self, *words: str) -> str:
        """What a command of Python's says. Raises CalledProcessError where it fails."""
        own = {"TUTELA_HOTLINE__DATABASE": self.database} if self.database else {}
        ran = subprocess.run(
            [sys.executable, "-m", *words],
            env={**environment(self.home), "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", **own},
            cwd=ROOT,
            check=True,
            capture_output=True,
            timeout=600,
        )
        return ran.stdout.decode("utf-8")

    def export(self, form: str) -> dict[str, list[Row]]:
        """The rows that the house exports, as the script reads them."""
        path = self.home / f"facts.{form}"
        told = self.run("tutela", "statistics", "export", "--year", YEAR, "--format", form)
        path.write_text(told, encoding="utf-8", newline="")
        return read_rows(path)

    def report(self) -> dict[str, Any]:
        """The house's report of the year."""
        told = self.run("tutela", "statistics", "yearly", "--year", YEAR, "--format", "json")
        found: dict[str, Any] = json.loads(told)
        return found


@contextmanager
def year_house(home: Path, kind: str, *, items: int, seed: int) -> Iterator[YearHouse]:
    """A house with so many items on ``sqlite`` or on a PostgreSQL server of its own."""
    home.mkdir()
    with _database(home, kind) as address:
        house = YearHouse(home=home, database=address)
        house.run("proofs.year_house", str(items), str(seed))
        yield house


@contextmanager
def _database(home: Path, kind: str) -> Iterator[str]:
    if kind == "sqlite":
        yield ""
        return
    from tests.postgres import running_server

    with running_server() as server:
        yield server.address("keeper")


def missed(rows: dict[str, list[Row]], report: dict[str, Any]) -> tuple[int, int]:
    """(figures of the report, those that may be wrong and the script does not see it)."""
    numbers, lived = 0, 0
    for table in report["tables"]:
        for cell in [table, *table["cells"]]:
            for name in sorted({"total", "count", "median_hours"} & cell.keys()):
                told = cell[name]
                cell[name] = 5 if told is None else told + 1
                lived += not any(True for _ in differences(rows, {**report, "tables": [table]}))
                cell[name] = told
                numbers += 1
    return numbers, lived


def main() -> None:
    """Makes and fills the tables."""
    from tutela.web.starting import start_django

    start_django()
    from django.core.management import call_command

    from tests.hotline.statistics.making import build_house

    call_command("migrate", verbosity=0)
    items, seed = (int(word) for word in sys.argv[1:3])
    if items:
        build_house(items, seed)


if __name__ == "__main__":
    main()
