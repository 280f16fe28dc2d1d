"""The tables of the yearly report, made of facts alone. Pure.

Each population (reports, items, notices that went out, items that show a child, referrals) is cut into
tables that share its total. Cuts that follow from one another are one table of several levels, protected from
above: a class and the scheme's category below it; a country, the providers asked there, their networks and
hosts; a child's age band, sex, and severity. Two tables of one population therefore share nothing but its
total.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tutela.hotline.statistics.facts import Facts, NoticeFact
from tutela.hotline.statistics.suppression import Path, Table, protect

Population = Literal["reports", "items", "notices", "children", "referrals"]
#: Version of the JSON form of both the facts and the report.
VERSION = 1
#: What a median of hours is rounded to, digits after the point.
MEDIAN_DIGITS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """One table: of what, by which facts (a level each), its title, and whether it has a median of hours."""

    key: str
    of: Population
    by: tuple[str, ...]
    title: str
    hours: bool = False


#: Every table of the report, in its order.
CUTS = (
    Cut(key="reports_by_month", of="reports", by=("month",), title="Reports by month"),
    Cut(key="reports_by_channel", of="reports", by=("channel",), title="Reports by channel"),
    Cut(key="reports_by_way", of="reports", by=("way",), title="Reports by way in"),
    Cut(key="reports_by_language", of="reports", by=("language",), title="Reports by language of the page"),
    Cut(key="reports_by_urgency", of="reports", by=("urgent",), title="Reports marked urgent"),
    Cut(key="reports_by_addition", of="reports", by=("addition",), title="Reports that add to another"),
    Cut(key="items_by_source", of="items", by=("source",), title="Items by source"),
    Cut(key="items_by_kind", of="items", by=("kind",), title="Items by kind"),
    Cut(key="items_by_outcome", of="items", by=("outcome",), title="Items by outcome"),
    Cut(
        key="items_by_category",
        of="items",
        by=("category", "scheme_category"),
        title="Items by class, and category of the scheme",
    ),
    Cut(key="notices_by_month", of="notices", by=("month",), title="Notices by month"),
    Cut(
        key="notices_by_category",
        of="notices",
        by=("category",),
        title="Notices by type of content (DSA Article 22(3), point b)",
    ),
    Cut(
        key="notices_by_provider",
        of="notices",
        by=("country", "provider", "network", "host_group"),
        title="Notices by country, provider (DSA Article 22(3), point a), network and host",
        hours=True,
    ),
    Cut(
        key="notices_by_action",
        of="notices",
        by=("action",),
        title="Notices by what followed (DSA Article 22(3), point c)",
    ),
    Cut(key="children_by_month", of="children", by=("month",), title="Items that show a child, by month"),
    Cut(
        key="children_by_age",
        of="children",
        by=("age", "sex", "severity"),
        title="Items that show a child, by age band, sex, and severity in the scheme",
    ),
    Cut(
        key="children_by_place",
        of="children",
        by=("country", "site_kind", "commercial", "self_generated"),
        title="Items that show a child, by host country, kind of site, commercial, and self-generated",
    ),
    Cut(key="referrals_by_month", of="referrals", by=("month",), title="Referrals by month"),
    Cut(key="referrals_by_grounds", of="referrals", by=("grounds",), title="Referrals by grounds"),
    Cut(
        key="referrals_by_outcome",
        of="referrals",
        by=("partner", "outcome"),
        title="Referrals by kind of partner, and what the partner said became of it",
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """A table that may be shown; ``median_hours`` by place where enough was removed there."""

    cut: Cut
    table: Table
    median_hours: Mapping[Path, float]


def tables(facts: Facts, small_count: int, cuts: Iterable[Cut] = CUTS) -> tuple[Made, ...]:
    """Every table of these facts, small counts hidden."""
    return tuple(_made(cut, facts, small_count) for cut in cuts)


def _made(cut: Cut, facts: Facts, small_count: int) -> Made:
    counts: Counter[Path] = Counter()
    hours: dict[Path, list[float]] = {}
    for fact, number in population(facts, cut.of).items():
        path = tuple(str(getattr(fact, name)) for name in cut.by)
        counts[path] += number
        if cut.hours and isinstance(fact, NoticeFact) and fact.hours_to_removal:
            for depth in range(1, len(path) + 1):
                hours.setdefault(path[:depth], []).extend([float(fact.hours_to_removal)] * number)
    table = protect(counts, small_count)
    return Made(cut=cut, table=table, median_hours=_medians(table, hours, small_count))


def population(facts: Facts, of: Population) -> Mapping[Any, int]:
    """The facts that a table of this population counts: of notices, those that went out."""
    if of == "notices":
        return {fact: number for fact, number in facts.notices.items() if fact.state == "sent"}
    chosen: Mapping[Any, int] = getattr(facts, of)
    return chosen


def _medians(table: Table, hours: Mapping[Path, list[float]], small_count: int) -> dict[Path, float]:
    """Medians of the places that are shown and where enough was removed for one."""
    return {
        cell.path: round(statistics.median(hours[cell.path]), MEDIAN_DIGITS)
        for cell in table.cells
        if cell.count is not None and len(hours.get(cell.path, ())) >= small_count
    }


def as_json(made: Iterable[Made], *, year: int, small_count: int) -> dict[str, Any]:
    """The report as plain values, for JSON."""
    return {
        "v": VERSION,
        "year": year,
        "small_count": small_count,
        "tables": [_table_as_json(one) for one in made],
    }


def _table_as_json(made: Made) -> dict[str, Any]:
    cells = [
        {
            "path": list(cell.path),
            "count": cell.count,
            "parts_withheld": cell.parts_withheld,
            **({"median_hours": made.median_hours.get(cell.path)} if made.cut.hours else {}),
        }
        for cell in made.table.cells
    ]
    return {
        "key": made.cut.key,
        "of": made.cut.of,
        "by": list(made.cut.by),
        "title": made.cut.title,
        "total": made.table.total,
        "withheld": made.table.withheld,
        "cells": cells,
    }
