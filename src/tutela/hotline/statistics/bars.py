"""Tables as the page shows them: rows with words, a number or nothing, and the width of a bar. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

from tutela.hotline.statistics.suppression import Cell, Table
from tutela.hotline.statistics.yearly import Made

#: Rows of one table on the page; the yearly report has them all.
ROWS_MAX = 100
#: Per cent of its place that the longest bar takes.
WIDTH_MAX = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row: its name, how deep it lies, how many (None: hidden), its bar in per cent, hours if any."""

    name: str
    level: int
    count: int | None
    width: int
    parts_withheld: bool = False
    median_hours: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A table of the page. ``more``: rows that did not find room."""

    rows: tuple[Row, ...]
    total: int | None
    withheld: bool
    more: int = 0
    has_hours: bool = False


def bars(made: Table | Made, words: Mapping[str, str | Promise]) -> Shown:
    """The table for the page, its words as people read them."""
    table, hours = (made.table, made.median_hours) if isinstance(made, Made) else (made, {})
    longest = max((cell.count or 0 for cell in table.cells), default=0)
    return Shown(
        rows=tuple(_row(cell, words, longest, hours.get(cell.path)) for cell in table.cells[:ROWS_MAX]),
        total=table.total,
        withheld=table.withheld,
        more=max(0, len(table.cells) - ROWS_MAX),
        has_hours=isinstance(made, Made),
    )


def named(counts: Mapping[str, int], words: Mapping[str, str | Promise]) -> Shown:
    """Counts of the work itself, which hide nothing, for the page."""
    cells = tuple(Cell(path=(name,), count=count) for name, count in counts.items())
    return bars(Table(total=sum(counts.values()), withheld=False, cells=cells), words)


def _row(cell: Cell, words: Mapping[str, str | Promise], longest: int, hours: float | None) -> Row:
    return Row(
        name=str(words.get(cell.path[-1], cell.path[-1])),
        level=len(cell.path) - 1,
        count=cell.count,
        width=round(WIDTH_MAX * (cell.count or 0) / longest) if longest else 0,
        parts_withheld=cell.parts_withheld,
        median_hours=hours,
    )
