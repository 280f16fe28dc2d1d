"""The part of the sizing page about a hotline, from ``docs/figures/scale_house.json`` and bar i4-5."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]

#: Databases by their name in the figure, as people call them.
DATABASES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
#: Pages that are shown, the slowest first.
PAGES = 5
EXPLAINED = """
A page is asked for in the desk's process. *At first* the system has forgotten the database's files; *again*
it has them. Memory is that of the largest process. Whoever has many people at the desk, or wants a backup to
stand in nobody's way, chooses PostgreSQL; both keep the bar.
"""
RECHECKS = """
A look at a watched place costs the processor time below in the worker and in the fetcher, on one core; the
hosts answer at once. In earnest a look takes as long as its host does, and more workers
(`tutela work run --name`) wait for more hosts at a time: each host is left alone for a second all the same.
"""


def house_part(house: Json, looks: Json) -> Iterator[str]:
    """Lines of the part; none where nothing was measured."""
    if house:
        yield from _database(house)
    if looks:
        yield from _looks(looks)


def _database(house: Json) -> Iterator[str]:
    tables = house["tables"]
    known = [name for name in DATABASES if name in tables]
    rows = tables[known[0]]["fill"]["rows"]
    yield "\n## A hotline\n"
    yield (
        f"{house['date'][:10]}, {house['processor']}, {house['cores']} cores, load"
        f" {house['load']['at_start']:g} at the start: {rows['intake_report']:,} reports,"
        f" {rows['takedown_notice']:,} notices, {rows['work_job']:,} places under watch,"
        f" {rows['ledger_ledgerentry']:,} entries of the log.\n"
    )
    head = (
        "database",
        "on disk",
        "slowest page at first",
        "again",
        "backup",
        "its memory",
        "its size",
        "doctor",
    )
    yield from _table(head, [_row(name, tables) for name in known])
    yield EXPLAINED
    for name in known:
        yield from _table(
            (f"slowest pages on {DATABASES[name]}", "at first", "again", "queries"),
            [_page(one) for one in tables[f"{name}: slowest pages"][:PAGES]],
        )
        yield ""


def _row(name: str, tables: Json) -> tuple[str, ...]:
    one, pages = tables[name], tables[f"{name}: slowest pages"]
    backup = one["backup"]
    return (
        DATABASES[name],
        f"{one['disk_bytes'] / 1e9:.1f} GB",
        f"{max(page['first_seconds'] for page in pages):.2f} s",
        f"{max(page['again_seconds'] for page in pages):.2f} s",
        f"{backup['seconds']:.0f} s",
        f"{backup['memory_bytes'] / 1e6:.0f} MB",
        f"{backup['size_bytes'] / 1e9:.1f} GB",
        f"{one['doctor']['seconds']:.1f} s",
    )


def _page(one: Json) -> tuple[str, ...]:
    return (
        f"`{one['address']}`",
        f"{one['first_seconds']:.2f} s",
        f"{one['again_seconds']:.2f} s",
        f"{one['queries']}",
    )


def _looks(looks: Json) -> Iterator[str]:
    tables = looks["tables"]
    yield "\n## Looking again\n"
    yield RECHECKS
    head = (
        "database",
        "places under watch",
        "looks a minute",
        "CPU of a worker, each",
        "of the fetcher, each",
    )
    places = looks["n"]["places under watch"]
    yield from _table(head, [_looked(name, tables[name], places) for name in DATABASES if name in tables])


def _looked(name: str, row: Json, places: int) -> tuple[str, ...]:
    spent = row["cpu_milliseconds"]
    return (
        DATABASES[name],
        f"{places:,}",
        f"{60 * row['looks'] / row['seconds']:,.0f}",
        f"{spent['worker']:.1f} ms",
        f"{spent['fetcher']:.1f} ms",
    )


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
