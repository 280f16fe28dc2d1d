"""A small flow on which the harness is tried: intake, worker, sender, checker; it can be careless.

``python -m proofs.faults.small_flow STAGE [--careless NAME]`` runs one stage on ``TUTELA_HOME``. The careless
forms make the mistakes that the harness must find: a report acknowledged before it is stored, a notice sent
again by a timer, a release before its log line, a counter outside of the transaction. It is no product code
and knows none but the way to the database: what the harness finds here is not what tutela does.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import smtplib
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tutela.hotline.databases import database
from tutela.kernel.ids import new_id

STAGES = ("intake", "worker", "sender", "checker")
CARELESS = ("", "acknowledge", "timer", "release", "counter", "lease", "sync")
#: Seconds of a lease, and of a careless one.
LEASE_SECONDS, CARELESS_SECONDS = 30, 600
TABLES = ("report", "job", "outbox", "log", "counter")
_SCHEMA = (
    "CREATE TABLE report (id varchar(36) PRIMARY KEY, retain_until varchar(30) NOT NULL)",
    "CREATE TABLE job (report varchar(36) PRIMARY KEY, holder varchar(36), lease_until double precision)",
    "CREATE TABLE outbox (message_id varchar(60) PRIMARY KEY, report varchar(36) UNIQUE,"
    " state varchar(10) NOT NULL)",
    "CREATE TABLE log (place integer PRIMARY KEY, entry varchar(200) NOT NULL, digest varchar(64) NOT NULL)",
    "CREATE TABLE counter (name varchar(20) PRIMARY KEY, value integer NOT NULL)",
    "INSERT INTO counter VALUES ('reports', 0)",
)


def start() -> Any:
    """Django's connection to the place's database."""
    from django.conf import settings

    home = Path(os.environ["TUTELA_HOME"])
    address = os.environ.get("TUTELA_HOTLINE__DATABASE", "")
    settings.configure(DATABASES={"default": database(address, home)}, USE_TZ=True, INSTALLED_APPS=[])
    from django.db import connection

    return connection


class Small:
    """The flow's own few statements."""

    def __init__(self, connection: Any, careless: str = "") -> None:
        self.connection, self.careless = connection, careless
        self.holder = new_id("wrk_")

    def do(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of one statement."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall()) if cursor.description else []

    def log(self, entry: str) -> int:
        """The place of a new entry, chained to the one before it, in the caller's transaction."""
        rows = self.do("SELECT place, digest FROM log ORDER BY place DESC LIMIT 1")
        place, before = (rows[0][0] + 1, rows[0][1]) if rows else (0, "")
        digest = hashlib.sha256(f"{before}{entry}".encode()).hexdigest()
        self.do("INSERT INTO log VALUES (%s, %s, %s)", place, entry, digest)
        return place

    def prepare(self) -> None:
        """Make the tables."""
        for statement in _SCHEMA:
            self.do(statement)

    def intake(self, number: int) -> None:
        """Take in so many reports."""
        for _ in range(number):
            report = new_id("rep_")
            if self.careless == "acknowledge":
                acknowledge(report)
            self.store(report)
            if self.careless == "counter":
                self.count()
            if self.careless != "acknowledge":
                acknowledge(report)

    def store(self, report: str) -> None:
        """One report in the database; a careless flow overlooks that the disk took it badly."""
        from django.db import Error, transaction

        try:
            with transaction.atomic():
                self.do("INSERT INTO report VALUES (%s, %s)", report, "2030-01-01T00:00:00+00:00")
                self.do("INSERT INTO job VALUES (%s, NULL, NULL)", report)
                self.log(f"received {report}")
                if self.careless != "counter":
                    self.count()
        except Error:
            if self.careless != "sync":
                raise

    def count(self) -> None:
        """One report more."""
        self.do("UPDATE counter SET value = value + 1 WHERE name = 'reports'")

    def worker(self) -> None:
        """Turn every open job into a notice in the outbox."""
        from django.db import transaction

        lease = CARELESS_SECONDS if self.careless == "lease" else LEASE_SECONDS
        while self.claimed(time.time() + lease):  # noqa: TID251 - no product code, and leases are wall time here
            (report,) = self.do("SELECT report FROM job WHERE holder = %s", self.holder)[0]
            with transaction.atomic():
                self.do("INSERT INTO outbox VALUES (%s, %s, 'queued')", f"<{new_id('msg_')}@t.test>", report)
                self.log(f"queued {report}")
                self.do("DELETE FROM job WHERE report = %s", report)

    def claimed(self, until: float) -> bool:
        """Whether a job was found and is held now."""
        from django.db import transaction

        with transaction.atomic():
            rows = self.do("SELECT report FROM job WHERE holder IS NULL LIMIT 1")
            for (report,) in rows:
                self.do(
                    "UPDATE job SET holder = %s, lease_until = %s WHERE report = %s",
                    self.holder,
                    until,
                    report,
                )
        return bool(rows)

    def sender(self) -> None:
        """Send what is queued: marked before the connection is opened, and again after the answer."""
        from django.db import transaction

        rows = self.do("SELECT message_id, report FROM outbox WHERE state = 'queued' ORDER BY message_id")
        for message, report in rows:
            with transaction.atomic():
                self.do("UPDATE outbox SET state = 'sending' WHERE message_id = %s", message)
            deliver(message)
            with transaction.atomic():
                self.do("UPDATE outbox SET state = 'sent' WHERE message_id = %s", message)
                self.log(f"sent {report}")

    def checker(self) -> None:
        """Release each report once, after its log line is durable."""
        from django.db import transaction

        released = {line.split()[0] for line in releases()}
        for (report,) in self.do("SELECT id FROM report ORDER BY id"):
            if report in released:
                continue
            if self.careless == "release":
                release(report, self.size())
            with transaction.atomic():
                self.log(f"released {report}")
            if self.careless != "release":
                release(report, self.size())

    def size(self) -> int:
        """Entries of the log."""
        return int(self.do("SELECT count(*) FROM log")[0][0])

    def recover(self) -> None:
        """What a restart does: nobody else runs, so leases are over and sendings are doubtful."""
        from django.db import transaction

        with transaction.atomic():
            state = "queued" if self.careless == "timer" else "in_doubt"
            self.do("UPDATE outbox SET state = %s WHERE state = 'sending'", state)
            if self.careless != "lease":
                self.do("UPDATE job SET holder = NULL, lease_until = NULL")


def acknowledge(report: str) -> None:
    """Say to the client that the report is stored."""
    sys.stdout.write(f"ACK {report}\n")
    sys.stdout.flush()


def deliver(message: str) -> None:
    """Hand one message to the mail server."""
    with smtplib.SMTP("127.0.0.1", int(os.environ["TUTELA_NOTICES__PORT"]), timeout=10) as server:
        server.sendmail("desk@t.test", ["abuse@t.test"], f"Message-ID: {message}\r\n\r\nA notice.\r\n")


def releases() -> list[str]:
    """Lines ``object size-of-log`` of what was released."""
    path = Path(os.environ["TUTELA_HOME"], "released")
    return path.read_text("ascii").splitlines() if path.exists() else []


def release(report: str, size: int) -> None:
    """Give an object out, and write down how long the log was then."""
    with Path(os.environ["TUTELA_HOME"], "released").open("a", encoding="ascii") as file:
        file.write(f"{report} {size}\n")
        file.flush()
        os.fsync(file.fileno())


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the stage did its work."""
    parser = argparse.ArgumentParser()
    parser.add_argument("stage", choices=(*STAGES, "prepare", "recover", "all"))
    parser.add_argument("--careless", choices=CARELESS, default="")
    parser.add_argument("--reports", type=int, default=1)
    asked = parser.parse_args(arguments)
    small = Small(start(), asked.careless)
    steps: Mapping[str, Callable[[], None]] = {
        "prepare": small.prepare,
        "intake": lambda: small.intake(asked.reports),
        "worker": small.worker,
        "sender": small.sender,
        "checker": small.checker,
        "recover": small.recover,
    }
    for name in ("recover", *STAGES[1:]) if asked.stage == "all" else (asked.stage,):
        steps[name]()
    small.connection.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
