"""A job table of its own on SQLite or PostgreSQL, and the processes that work on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proofs.machine import ROOT

#: What a job's inside writes: no constraint, so that what is done twice is seen. Seconds since it was put.
EFFECTS = """CREATE TABLE proof_effect (
    job varchar(40), token varchar(40), kind varchar(40), worker varchar(40), seconds double precision
)"""
DATABASES = ("sqlite", "postgres")
#: Seconds for a child's next line: a full lease, a start of Django, a slow disk.
PATIENCE_SECONDS = 120


class Child:
    """A process of ``proofs.jobs.child``: takes one JSON line at a time, and answers with lines."""

    def __init__(self, environment: Mapping[str, str], *words: str) -> None:
        self.running = subprocess.Popen(
            [sys.executable, "-m", "proofs.jobs.child", *words],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def tell(self, **order: Any) -> None:
        """Sends one line."""
        assert self.running.stdin is not None
        self.running.stdin.write(json.dumps(order) + "\n")
        self.running.stdin.flush()

    def hear(self) -> dict[str, Any]:
        """The child's next line."""
        assert self.running.stdout is not None
        line = self.running.stdout.readline()
        if not line:
            raise RuntimeError(f"a child ended with {self.running.wait()} and said nothing")
        heard: dict[str, Any] = json.loads(line)
        return heard

    def ask(self, **order: Any) -> dict[str, Any]:
        """The answer to one line; an empty one lets it go on with what it waits for."""
        self.tell(**order)
        return self.hear()

    def signal(self, number: int) -> None:
        """Sends a signal to this process."""
        self.running.send_signal(number)

    def end(self) -> None:
        """Ends it, in order where it is in order."""
        assert self.running.stdin is not None and self.running.stdout is not None
        try:
            self.running.stdin.close()
            self.running.wait(timeout=10)
        except (OSError, subprocess.TimeoutExpired):
            self.running.kill()
            self.running.wait()
        self.running.stdout.close()


@dataclass(frozen=True, kw_only=True)
class Table:
    """One job table: how a child finds it."""

    kind: str
    environment: Mapping[str, str]

    @contextmanager
    def children(self, number: int, *words: str) -> Iterator[list[Child]]:
        """So many processes that are ready."""
        started = [Child(self.environment, f"w{at}", *words) for at in range(number)]
        try:
            for child in started:
                assert child.hear() == {"ready": True}
            yield started
        finally:
            for child in started:
                child.end()


@contextmanager
def table(kind: str) -> Iterator[Table]:
    """A migrated table in a folder, or on a server, that goes with the block."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tutela-jobs-")))
        environment = {name: text for name, text in os.environ.items() if not name.startswith("TUTELA_")}
        environment |= {"TUTELA_HOME": str(folder), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        if kind == "postgres":
            from tests.postgres import running_server

            server = stack.enter_context(running_server())
            environment["TUTELA_HOTLINE__DATABASE"] = server.address("admin", "postgres")
        made = Table(kind=kind, environment=environment)
        with made.children(1) as (first,):
            first.ask(do="make")
        yield made
