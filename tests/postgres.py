"""A throw-away PostgreSQL server on its own socket: started, stopped, killed; fsync is on, as in earnest.

PostgreSQL refuses to run as root, so its programs run as the user ``postgres`` then (decisions.md section 7).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tutela.detect.service.postgres_schema import render_schema

#: Role that owns the tables, and the service's own.
OWNER, ROLE = "keeper", "tutela"
DATABASE = "lists"
#: Seconds in which the server comes up or goes.
PATIENCE_SECONDS = 30


def programs() -> Path:
    """The folder of initdb, pg_ctl and postgres: the newest one of the system, else that on the path."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    if installed:
        return installed[-1]
    found = shutil.which("initdb")
    assert found is not None, "the test says needs('postgres')"
    return Path(found).resolve().parent


class Server:
    """One cluster in ``folder``; nothing but its socket in the same folder leads to it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        self._run("initdb", "--auth=trust", "--username=admin", "--no-sync", "--encoding=UTF8", "--locale=C")
        self.start()
        with self.connected("admin", "postgres") as database:
            for role in (OWNER, ROLE):
                database.execute(f"CREATE ROLE {role} LOGIN".encode())
            database.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}".encode())

    def start(self, *settings: str) -> None:
        """Returns when it takes connections; ``settings`` such as ``fsync=off``."""
        chosen = [f"unix_socket_directories={self.folder}", "listen_addresses=", *settings]
        options = " ".join(f"-c {one}" for one in chosen)
        self._run("pg_ctl", "-w", "-t", str(PATIENCE_SECONDS), "-l", "log", "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Ends it: ``fast`` in order, ``immediate`` without writing anything more, as a crash."""
        self._run("pg_ctl", "-w", "-t", str(PATIENCE_SECONDS), "-m", mode, "stop")

    def address(self, role: str = ROLE, database: str = DATABASE) -> str:
        return f"postgresql://{role}@/{database}?host={self.folder}"

    @contextmanager
    def connected(self, role: str, database: str = DATABASE) -> Iterator[psycopg.Connection[Any]]:
        """A connection of a test's own, in autocommit."""
        with psycopg.connect(self.address(role, database), autocommit=True) as connection:
            yield connection

    def empty_log(self, identity: str = "") -> str:
        """The service's address of a log without changes, made as the manual says."""
        with self.connected(OWNER) as database:
            database.execute("SET client_min_messages = warning; DROP SCHEMA IF EXISTS tutela_log CASCADE")
            database.execute(render_schema(ROLE, identity=identity).encode())
        return self.address()

    def _run(self, program: str, *words: str) -> None:
        other = "postgres" if os.getuid() == 0 else None
        done = subprocess.run(
            [str(programs() / program), "-D", str(self.data), *words],
            user=other,
            group=other,
            extra_groups=[] if other else None,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,  # the server keeps it open
            stderr=subprocess.DEVNULL,
            timeout=2 * PATIENCE_SECONDS,
        )
        assert done.returncode == 0, f"{program} failed"


@contextmanager
def running_server(parent: Path | None = None) -> Iterator[Server]:
    """A server for as long as the block lasts; its folder has a short name, which sockets need.

    ``parent``: the folder in which its own is made, by default the one for temporary files.
    """
    with tempfile.TemporaryDirectory(prefix="tutela-pg-", dir=parent) as name:
        server = Server(Path(name))
        try:
            yield server
        finally:
            server.stop("immediate")
