"""Issue 5, bar 9: recompute the yearly report from an export, with no line of the product.

    tutela statistics export --year 2026 > facts.json
    tutela statistics yearly --year 2026 --format json > report.json
    python -m proofs.recount_year facts.json report.json

Every figure that the report shows is counted again from the rows (JSON or CSV). A figure that it hides must
be one: no count below the threshold is shown, nothing is hidden without a small count beside it, and no
hidden count follows from its neighbours and their sum. Exit code 0: equal; 1: a line for each difference.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

Row = dict[str, str]
#: Every kind of row.
KINDS = ("reports", "items", "notices", "children", "referrals")


def read_rows(path: Path) -> dict[str, list[Row]]:
    """The rows of an export by their kind."""
    return rows_of(path.read_text(encoding="utf-8"))


def rows_of(text: str) -> dict[str, list[Row]]:
    """The rows of an export's text by their kind."""
    if text.lstrip().startswith("{"):
        held = json.loads(text)
        return {kind: held[kind] for kind in KINDS}
    kinds: dict[str, list[Row]] = {kind: [] for kind in KINDS}
    for row in csv.DictReader(text.splitlines()):
        plain = {key: _unquoted(said) for key, said in row.items()}
        kinds[plain["fact"]].append(plain)
    return kinds


def _unquoted(said: str) -> str:
    return said[1:] if said[:1] == "'" and said[1:2] in {"=", "+", "-", "@"} else said


def differences(kinds: dict[str, list[Row]], report: dict[str, Any]) -> Iterator[str]:
    """A sentence for each figure of the report that is not what the rows say."""
    for table in report["tables"]:
        rows = [row for row in kinds[table["of"]] if table["of"] != "notices" or row["state"] == "sent"]
        for trouble in _table(rows, table, report["small_count"]):
            yield f"{table['key']}: {trouble}"


def _table(rows: list[Row], table: dict[str, Any], least: int) -> Iterator[str]:
    total = None if 0 < len(rows) < least else len(rows)
    if table["total"] != total:
        yield f"total {table['total']}, counted {total}"
    if table["withheld"]:
        if table["cells"] or _shows_safely(rows, table["by"][0], least):
            yield "withheld without need"
        return
    if total is None:
        yield "shown, and too small for it"
    shown = {tuple(cell["path"]): cell for cell in table["cells"]}
    if len(shown) != len(table["cells"]):
        yield "a place stands twice"
    yield from _below((), rows, table, shown, least)
    counted = {path for row in rows for path in _paths(row, table["by"])}
    for path in shown.keys() - counted:
        yield f"{path} was never counted"


def _paths(row: Row, by: list[str]) -> Iterator[tuple[str, ...]]:
    for depth in range(1, len(by) + 1):
        yield tuple(row[name] for name in by[:depth])


def _below(
    above: tuple[str, ...],
    rows: list[Row],
    table: dict[str, Any],
    shown: dict[tuple[str, ...], dict[str, Any]],
    least: int,
) -> Iterator[str]:
    """What is wrong below a place whose count is shown."""
    name = table["by"][len(above)]
    parts: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        parts[row[name]].append(row)
    lacking = [word for word in parts if (*above, word) not in shown]
    if lacking:
        yield f"{above}: {len(lacking)} places are missing"
        return
    hidden = [word for word in parts if shown[*above, word]["count"] is None]
    yield from (f"{above}: {trouble}" for trouble in _hiding(parts, hidden, least))
    for word, part in parts.items():
        if word not in hidden:
            yield from _place((*above, word), part, table, shown, least)
        elif shown[*above, word].get("median_hours") is not None:
            yield f"{(*above, word)}: a median of a hidden count is shown"
        elif any(path[: len(above) + 1] == (*above, word) and len(path) > len(above) + 1 for path in shown):
            yield f"{(*above, word)}: parts of a hidden count are shown"


def _place(
    path: tuple[str, ...],
    rows: list[Row],
    table: dict[str, Any],
    shown: dict[tuple[str, ...], dict[str, Any]],
    least: int,
) -> Iterator[str]:
    cell = shown[path]
    if cell["count"] != len(rows):
        yield f"{path}: {cell['count']}, counted {len(rows)}"
    if "median_hours" in cell:
        hours = [float(row["hours_to_removal"]) for row in rows if row["hours_to_removal"]]
        middle = round(median(hours), 2) if len(hours) >= least else None
        if cell["median_hours"] != middle:
            yield f"{path}: median {cell['median_hours']}, computed {middle}"
    if len(path) == len(table["by"]):
        return
    if not cell["parts_withheld"]:
        yield from _below(path, rows, table, shown, least)
    elif _shows_safely(rows, table["by"][len(path)], least):
        yield f"{path}: parts withheld without need"


def _hiding(parts: dict[str, list[Row]], hidden: list[str], least: int) -> Iterator[str]:
    sizes = {word: len(part) for word, part in parts.items()}
    small = {word for word, size in sizes.items() if size < least}
    if not small <= set(hidden):
        yield "a small count is shown"
    if hidden and not small:
        yield "a count is hidden without need"
    if hidden and not _is_open([sizes[word] for word in hidden], least):
        yield "a hidden count can be computed"


def _is_open(sizes: list[int], least: int) -> bool:
    """Whether each of several counts (1 or more, sum known) may be anything from 1 to the threshold."""
    others = len(sizes) - 1
    return others >= 1 and sum(sizes) - others >= least


def _shows_safely(rows: list[Row], name: str, least: int) -> bool:
    """Whether a table by this fact could be shown: nothing small, or enough to hide it among."""
    if len(rows) < least:
        return not rows
    sizes: dict[str, int] = defaultdict(int)
    for row in rows:
        sizes[row[name]] += 1
    return min(sizes.values()) >= least or _is_open(list(sizes.values()), least)


def main() -> int:
    """0 where the report is what the rows say, 1 where it is not."""
    facts, report = (Path(name) for name in sys.argv[1:3])
    found = list(differences(read_rows(facts), json.loads(report.read_text(encoding="utf-8"))))
    for one in found:
        print(one)
    print(f"{len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
