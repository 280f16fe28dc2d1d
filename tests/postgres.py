"""A throw-away PostgreSQL server of the tests: the demonstration's cluster, with two roles and a database."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tutela.demo.postgres_server import ADMIN, Cluster
from tutela.detect.service.postgres_schema import render_schema

#: Role that owns the tables, and the service's own.
OWNER, ROLE = "keeper", "tutela"
DATABASE = "lists"


class Server(Cluster):
    """One cluster in ``folder``; nothing but its socket in the same folder leads to it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        with self.connected(ADMIN, "postgres") as database:
            for role in (OWNER, ROLE):
                database.execute(f"CREATE ROLE {role} LOGIN".encode())
            database.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}".encode())

    def address(self, role: str = ROLE, database: str = DATABASE) -> str:
        return super().address(role, database)

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
