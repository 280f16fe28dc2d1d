"""The small flow as the sweep sees it, and its world read by plain SQL in another process."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from proofs.faults.flow import Place, Ran, must_run, python
from proofs.faults.small_flow import STAGES
from proofs.faults.world import Lease, Notices, World
from tutela.hotline.databases import FILE_NAME


def rows_of(place: Place, statement: str) -> list[tuple[Any, ...]]:
    """The rows of one statement, over a connection that nobody else has."""
    if place.database:
        with psycopg.connect(place.database) as connection:
            return connection.execute(statement.encode()).fetchall()
    with closing(sqlite3.connect(place.home / FILE_NAME)) as file:
        return file.execute(statement).fetchall()


@dataclass(frozen=True, kw_only=True, slots=True)
class SmallFlow:
    """The small flow with so many reports, careful or careless."""

    careless: str = ""
    reports: int = 1
    stages: tuple[str, ...] = STAGES

    def command(self, stage: str) -> list[str]:
        """One stage's command."""
        return python(
            "proofs.faults.small_flow",
            stage,
            *(["--careless", self.careless] * bool(self.careless)),
            *(["--reports", str(self.reports)] * (stage == "intake")),
        )

    def prepare(self, place: Place) -> None:
        """Tables, and nothing in them."""
        place.home.mkdir(parents=True, exist_ok=True)
        must_run(self.command("prepare"), place)

    def recover(self, place: Place) -> Ran:
        """A restart, and all stages to their end."""
        return must_run(self.command("all"), place)

    def dates(self, place: Place) -> dict[str, datetime]:
        """Until when each report is kept."""
        rows = rows_of(place, "SELECT id, retain_until FROM report")
        return {report: datetime.fromisoformat(until) for report, until in rows}

    def world(self, place: Place, acknowledged: frozenset[str], recovered: Ran) -> World:
        """What is in the database, in the released file, and at the mail server."""
        states = dict(rows_of(place, "SELECT message_id, state FROM outbox"))
        reports = frozenset(report for (report,) in rows_of(place, "SELECT id FROM report"))
        entries = rows_of(place, "SELECT place, entry, digest FROM log ORDER BY place")
        now = time.time()  # noqa: TID251 - as the small flow's leases
        return World(
            acknowledged=acknowledged,
            reports=reports,
            notices=Notices(
                states=states,
                delivered=place.delivered(),
                listed=frozenset(message for message, state in states.items() if state == "in_doubt"),
                owed={
                    report: (message,)
                    for report, message in rows_of(place, "SELECT report, message_id FROM outbox")
                },
            ),
            releases=tuple(_releases(place)),
            logged=_logged(entries),
            log_faults=tuple(_chain_faults(entries)),
            leases=tuple(
                Lease(of=report, holder=holder, alive=False, seconds_left=until - now)
                for report, holder, until in rows_of(
                    place, "SELECT report, holder, lease_until FROM job WHERE holder IS NOT NULL"
                )
            ),
            counters=dict(rows_of(place, "SELECT name, value FROM counter")),
            recounted={"reports": sum(entry.startswith("received ") for _, entry, _ in entries)},
        )


def _releases(place: Place) -> list[tuple[str, int]]:
    path = place.home / "released"
    lines = path.read_text("ascii").split("\n")[:-1] if path.exists() else []
    return [(line.split()[0], int(line.split()[1])) for line in lines]


def _logged(entries: list[tuple[int, str, str]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, entry, _ in entries:
        word, _, subject = entry.partition(" ")
        if word == "released":
            found.setdefault(subject, index)
    return found


def _chain_faults(entries: list[tuple[int, str, str]]) -> list[str]:
    before, faults = "", []
    for place, (index, entry, digest) in enumerate(entries):
        before = hashlib.sha256(f"{before}{entry}".encode()).hexdigest()
        if index != place or digest != before:
            faults.append(f"entry {index} does not follow from the one before it")
    return faults
