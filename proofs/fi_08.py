"""FI-08: one statement fails on each table in turn, by trigger, on both databases: an act whole, or none."""

from __future__ import annotations

from functools import partial
from typing import Any

from proofs.faults.flow import Ran
from proofs.faults.places import Slot, slots
from proofs.faults.real_world import RealFlow
from proofs.faults.settled import settled, under
from proofs.faults.sweep import Sweep
from proofs.faults.triggers import MESSAGE, OPERATIONS, failing_statement, tables
from proofs.figure import Figure, Progress, Tier, script
from proofs.i3_01 import databases_of
from tests.needs import missing

BAR, REPLAY = "fi-08", "make proofs BAR=fi-08"
#: Databases and operations, by tier.
DATABASES = {"full": ("sqlite", "postgres"), "ci": ("sqlite",)}
FAILING = {"full": OPERATIONS, "ci": ("INSERT",)}
#: Tables of the short tier: those into which this flow puts rows, one or more of each app.
TOUCHED = frozenset(
    {
        "cases_fingerprint",
        "cases_item",
        "cases_match",
        "cases_sighting",
        "intake_report",
        "ledger_ledgerentry",
    }
    | {
        "ledger_ledgernode",
        "takedown_check",
        "takedown_letter",
        "takedown_notice",
        "takedown_search",
        "work_job",
    }
)
#: Tables in one step of the proof, so that a killed run goes on and templates stay fresh.
STEP = 12
FLOW = RealFlow()


def tables_of(kind: str) -> list[str]:
    """Every table of a hotline on this database."""
    with databases_of(kind) as databases, slots(1, databases) as (slot,):
        place = slot.empty()
        FLOW.prepare(place)
        return tables(place)


def measured(kind: str, some: list[str], operations: tuple[str, ...]) -> list[dict[str, Any]]:
    """The whole flow with each statement failing on each of these tables."""
    with databases_of(kind) as databases, slots(1, databases) as (slot,):
        template = Sweep(flow=FLOW, slots=[slot]).templates()["intake"]
        return [one(slot, template, table, operation) for table in some for operation in operations]


def one(slot: Slot, template: Any, table: str, operation: str) -> dict[str, Any]:
    """One table and operation."""
    place = slot.place_of(template)
    with failing_statement(place, table, operation):
        said = under(FLOW, place, ("every",))
    found = settled(f"{operation} {table}", FLOW, place, said, template)
    return {**found.as_json(), "hit": any(noticed(ran) for ran in said.values())}


def noticed(ran: Ran) -> bool:
    """Whether the statement failed: the process ended, or its log says that something did.

    The message itself is in no log, which has declared words only.
    """
    return ran.exit != 0 or MESSAGE in ran.complained or '"level": "' in ran.complained


def main(tier: Tier) -> int:
    """0 when no failing statement leaves half an act behind."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    for kind in DATABASES[tier]:
        if kind == "postgres" and missing("postgres"):
            figure.failure(REPLAY, f"PostgreSQL is missing: {missing('postgres')}")
            continue
        _measure(figure, progress, kind, tier)
    code = figure.save()
    progress.finish()
    return code


def _measure(figure: Figure, progress: Progress, kind: str, tier: Tier) -> None:
    operations = FAILING[tier]
    every = progress.step(f"{kind} tables", lambda: tables_of(kind))
    names = every if tier == "full" else [name for name in every if name in TOUCHED]
    runs = []
    for begin in range(0, len(names), STEP):
        some = names[begin : begin + STEP]
        runs += progress.step(f"{kind} {begin}", partial(measured, kind, some, operations))
    for run in runs:
        for text in run["violations"]:
            figure.failure(REPLAY, f"{kind}, {run['name']}: {text}")
    figure.record(
        f"{kind}: tables", len({run["name"].split()[1] for run in runs}), "tables", f"== {len(names)}"
    )
    figure.record(f"{kind}: statements that failed", sum(run["hit"] for run in runs), "runs", ">= 10")
    figure.record(
        f"{kind}: violations of I1 to I8", sum(len(run["violations"]) for run in runs), "cases", "== 0"
    )
    figure.table(f"{kind} hit", sorted(run["name"] for run in runs if run["hit"]))


if __name__ == "__main__":
    script(main)
