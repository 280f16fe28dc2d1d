"""What the commands about jobs share: a database that is there, and how a job is shown. No command itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tutela.hotline.databases import answering
from tutela.kernel.clock import iso_utc
from tutela.web.starting import start_django

if TYPE_CHECKING:
    from tutela.hotline.ledger.actors import Actor
    from tutela.hotline.work.queries import JobRow


@contextmanager
def job_table() -> Iterator[None]:
    """Gives a block in which the job table can be reached. Raises Unavailable where it cannot."""
    start_django()
    with answering():
        yield


def operator() -> Actor:
    """Who acts where somebody types a command: the shell knows no account."""
    from tutela.hotline.ledger.actors import process

    return process("operator")


def facts_of(row: JobRow) -> dict[str, Any]:
    """One job for ``--json``: times in UTC, an empty text where there is nothing."""
    return {
        "job": row.job,
        "kind": row.kind,
        "state": row.state,
        "reason": row.reason,
        "priority": row.priority,
        "due": iso_utc(row.due),
        "tries": row.tries,
        "worker": row.worker,
        "lease_until": iso_utc(row.lease_until) if row.lease_until else "",
        "made": iso_utc(row.made),
        "key": row.key,
        "host": row.host,
        "version": row.version,
        "arguments": dict(row.arguments),
    }


def line_of(row: JobRow) -> str:
    """One job as it is shown in a list."""
    begin = f"{row.job}  {row.kind:<16} {row.state:<8} {iso_utc(row.due)}  priority {row.priority}"
    tried = f", {row.tries} tries" if row.tries > 1 else ", 1 try" if row.tries else ""
    held = f", held by {row.worker}" if row.state == "running" else ""
    return f"{begin}{tried}{held}{f', {row.reason}' if row.reason else ''}"
