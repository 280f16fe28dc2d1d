"""The hotline's flow as the sweep sees it, and its world read by plain SQL, without the product's code."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from proofs.faults.canary import Canary, files_below
from proofs.faults.chain_flow import STAGES as CHAIN
from proofs.faults.flow import Place, Ran, must_run, python
from proofs.faults.real_flow import RELEASED, STAGES
from proofs.faults.small_world import rows_of
from proofs.faults.world import Lease, Notices, World

#: What is counted in the tables, and the acts of the log that it is counted from again.
RECOUNTED = {
    "intake_report": "report_received",
    "cases_item": "item_opened",
    "takedown_notice": "notice_queued",
}
#: The act by which a notice that had left makes another one, which takes it back.
RETRACTING = "notice_withdrawn"
#: What a notice is known by at the mail server, and here before it was first claimed; and what that is from.
_KEY = "COALESCE(l.message_id, n.public_id)"
_LETTERS = "LEFT JOIN takedown_letter l ON l.id = n.letter_id"


@dataclass(frozen=True, kw_only=True, slots=True)
class RealFlow:
    """The hotline with so many reports a run; ``canary`` is in every address and body."""

    reports: int = 1
    canary: Canary = field(default_factory=Canary)
    stages: tuple[str, ...] = STAGES

    def command(self, stage: str) -> list[str]:
        """One stage's command."""
        words = ["--address", self.canary.url("host.test"), "--mark", self.canary.media.hex()]
        reports = ["--reports", str(self.reports)] * (stage == "intake")
        return python("proofs.faults.real_flow", stage, *words, *reports)

    def prepare(self, place: Place) -> None:
        """A new hotline under a sample mandate."""
        must_run(python("tutela", "hotline", "init", "--demo"), place)
        must_run(self.command("found"), place)

    def recover(self, place: Place) -> Ran:
        """A restart a minute later, and all stages to their end."""
        return must_run(self.command("all"), place)

    def dates(self, place: Place) -> dict[str, datetime]:
        """When each report came and each item was opened: what retention is counted from."""
        reports = rows_of(place, "SELECT public_id, received_at FROM intake_report")
        items = rows_of(place, "SELECT public_id, opened_at FROM cases_item")
        return {name: _moment(at) for name, at in (*reports, *items)}

    def world(self, place: Place, acknowledged: frozenset[str], recovered: Ran) -> World:
        """What is in the database, in the opener's notes, at the mail server, and on the disk."""
        entries = rows_of(
            place, "SELECT leaf_index, leaf, leaf_hash FROM ledger_ledgerentry ORDER BY leaf_index"
        )
        leaves = [json.loads(bytes(leaf)) for _, leaf, _ in entries]
        reports = rows_of(place, "SELECT receipt_digest FROM intake_report")
        jobs = rows_of(place, "SELECT job_id, state, arguments FROM work_job")
        return World(
            acknowledged=acknowledged,
            reports=frozenset(digest for (digest,) in reports),
            notices=self._notices(place, recovered, jobs),
            releases=tuple(_releases(place)),
            logged=_opened(leaves),
            log_faults=tuple(_log_faults(place, entries)),
            leases=tuple(_leases(place)),
            canaries=self.canary.places(files_below(place.home)),
            counters={table: _count(place, table) for table in RECOUNTED},
            recounted={table: _recount(leaves, act) for table, act in RECOUNTED.items()},
        )

    def _notices(self, place: Place, recovered: Ran, jobs: list[tuple[Any, ...]]) -> Notices:
        """A report whose fetch still waits as a job, or is parked for a person, owes nothing yet."""
        rows = rows_of(
            place,
            f"SELECT r.receipt_digest, s.public_id, {_KEY} FROM intake_report r"
            " JOIN intake_reporteditem a ON a.report_id = r.id JOIN cases_sighting s ON s.item_id = a.item_id"
            " LEFT JOIN takedown_notice n ON n.sighting_id = s.id"
            f" {_LETTERS}",
        )
        waiting = {str(job): "queued" for job, _, arguments in jobs if _sighting_of(arguments)}
        job_of = {_sighting_of(arguments): str(job) for job, _, arguments in jobs}
        owed: dict[str, tuple[str, ...]] = {}
        for report, sighting, message in rows:
            found = filter(None, [message, job_of.get(sighting)])
            owed[report] = (*owed.get(report, ()), *found)
        sent = dict(rows_of(place, f"SELECT {_KEY}, n.state FROM takedown_notice n {_LETTERS}"))
        return Notices(
            states={**sent, **waiting},
            delivered=place.delivered(),
            listed=frozenset(re.findall(r"^LISTED (\S+)$", recovered.said, re.MULTILINE)),
            owed=owed,
        )


def _sighting_of(arguments: object) -> str:
    """The sighting that a job is about; SQLite gives its JSON as text."""
    told: Any = json.loads(arguments) if isinstance(arguments, str) else arguments
    return str(told.get("sighting", "")) if isinstance(told, dict) else ""


def _count(place: Place, table: str) -> int:
    return int(rows_of(place, f"SELECT count(*) FROM {table}")[0][0])


def _moment(at: object) -> datetime:
    """SQLite keeps a text without a zone, PostgreSQL a moment."""
    found = at if isinstance(at, datetime) else datetime.fromisoformat(str(at))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _releases(place: Place) -> list[tuple[str, int]]:
    path = place.home / RELEASED
    lines = path.read_text("ascii").split("\n")[:-1] if path.exists() else []
    return [(line.split()[0], int(line.split()[1])) for line in lines]


def _opened(leaves: list[dict[str, Any]]) -> dict[str, int]:
    """The index of the first opening of each case: of its address, or of its bytes."""
    found: dict[str, int] = {}
    for index, leaf in enumerate(leaves):
        if leaf.get("act") == "address_opened":
            found.setdefault(leaf["subject"], index)
        elif leaf.get("act") == "opened":
            found.setdefault(leaf["source"], index)
    return found


def _recount(leaves: list[dict[str, Any]], act: str) -> int:
    """How many of the leaves say that one more is there; a notice that takes another back is one, too."""
    made = sum(int(leaf.get("act") == act) for leaf in leaves)
    if act != "notice_queued":
        return made
    taken = (leaf for leaf in leaves if leaf.get("act") == RETRACTING)
    return made + sum(int(leaf["facts"].get("by", leaf["subject"]) != leaf["subject"]) for leaf in taken)


def _leases(place: Place) -> Iterator[Lease]:
    now = datetime.now(UTC)  # noqa: TID251 - leases are wall time, and nobody else tells it here
    for statement in (
        "SELECT job_id, worker, lease_until FROM work_job WHERE state = 'running'",
        "SELECT public_id, sender, lease_until FROM takedown_notice WHERE state = 'sending'",
    ):
        for of, holder, until in rows_of(place, statement):
            left = (_moment(until) - now).total_seconds()
            yield Lease(of=of, holder=holder, alive=False, seconds_left=left)


def _log_faults(place: Place, entries: list[tuple[Any, ...]]) -> Iterator[str]:
    """Leaves without a gap, each with its hash, and every complete subtree as RFC 6962 section 2.1 has it."""
    level = []
    for expected, (index, leaf, stored) in enumerate(entries):
        level.append(hashlib.sha256(b"\0" + bytes(leaf)).digest())
        if index != expected or level[-1] != bytes(stored):
            yield f"leaf {index} is not what the log says"
    nodes = {
        number: bytes(value) for number, value in rows_of(place, "SELECT place, hash FROM ledger_ledgernode")
    }
    height, wanted = 0, 0
    while len(level) > 1:
        height += 1
        level = [
            hashlib.sha256(b"\1" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)
        ]
        for index, value in enumerate(level):
            wanted += 1
            if nodes.get(((2 * index + 1) << height) - 1) != value:
                yield f"the node {index} of level {height} is not what its leaves say"
    if wanted != len(nodes):
        yield f"the log has {len(nodes)} nodes, its leaves make {wanted}"


@dataclass(frozen=True, kw_only=True, slots=True)
class ChainFlow(RealFlow):
    """The whole chain: registry, analyst, letters, second look, retraction (``chain_flow``)."""

    stages: tuple[str, ...] = CHAIN

    def command(self, stage: str) -> list[str]:
        """One stage's command."""
        words = ["--address", self.canary.url("host.test"), "--mark", self.canary.media.hex()]
        return python("proofs.faults.chain_flow", stage, *words)

    def prepare(self, place: Place) -> None:
        """A new hotline with its accounts and contacts."""
        must_run(self.command("found"), place)
