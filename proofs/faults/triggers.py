"""FI-08: one named SQL statement fails, by a trigger on its table, on SQLite and on PostgreSQL."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg

from proofs.faults.flow import Place
from tutela.hotline.databases import FILE_NAME

OPERATIONS = ("INSERT", "UPDATE", "DELETE")
#: What the statement fails with.
MESSAGE = "planted by FI-08"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


def execute(place: Place, *statements: str) -> list[tuple[object, ...]]:
    """The rows of the last statement, all of them in one transaction over a connection of our own."""
    if place.database:
        with psycopg.connect(place.database) as connection:
            cursor = connection.cursor()
            for statement in statements:
                cursor.execute(statement.encode())
            return list(cursor.fetchall()) if cursor.description else []
    with closing(sqlite3.connect(place.home / FILE_NAME, timeout=10)) as file, file:
        rows: list[tuple[object, ...]] = []
        for statement in statements:
            rows = file.execute(statement).fetchall()
        return rows


def tables(place: Place) -> list[str]:
    """Every table of the place's database, in alphabetical order."""
    if place.database:
        rows = execute(place, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    else:
        rows = execute(
            place, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
    return sorted(str(name) for (name,) in rows)


@contextmanager
def failing_statement(place: Place, table: str, operation: str) -> Iterator[None]:
    """Within the block this operation on this table fails, for everybody."""
    if not _NAME.fullmatch(table) or operation not in OPERATIONS:
        raise ValueError("a table's name, and INSERT, UPDATE or DELETE")
    if place.database:
        execute(place, *_postgres(table, operation))
        undo = [f"DROP TRIGGER planted_fault ON {table}", "DROP FUNCTION planted_fault()"]
    else:
        execute(place, _sqlite(table, operation))
        undo = ["DROP TRIGGER planted_fault"]
    try:
        yield
    finally:
        execute(place, *undo)


def _sqlite(table: str, operation: str) -> str:
    return (
        f"CREATE TRIGGER planted_fault BEFORE {operation} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    )


def _postgres(table: str, operation: str) -> tuple[str, str]:
    return (
        "CREATE FUNCTION planted_fault() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$",
        f"CREATE TRIGGER planted_fault BEFORE {operation} ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION planted_fault()",
    )
