"""Writes the rows of ``house_rows`` into a hotline's database, past the application: millions in minutes.

Indexes are made afterwards. Foreign keys and orders that the application keeps are kept by the rows
themselves; the ledger's triggers stay.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from itertools import chain, islice
from typing import Any

import psycopg
from django.db import connection

from proofs.house_columns import Filling, Size
from proofs.house_rows import fillings, ledger

#: Rows that are handed over at once.
CHUNK_ROWS = 5_000
#: Kibibytes that SQLite keeps of the file, and PostgreSQL's memory for making an index.
SQLITE_CACHE_KIB, POSTGRES_MEMORY = 1_000_000, "512MB"


def fill(everything: Iterable[Filling], *, admin: str = "") -> dict[str, int]:
    """Rows of each table that was filled. ``admin``: address of PostgreSQL for somebody who may all."""
    connection.close()
    if connection.vendor == "postgresql":
        return _in_postgres(everything, admin)
    return _in_sqlite(everything, str(connection.settings_dict["NAME"]))


def large_house(size: Size) -> Iterable[Filling]:
    """Everything of a house of this size."""
    return chain(fillings(size), ledger(size))


def _in_sqlite(everything: Iterable[Filling], path: str) -> dict[str, int]:
    written: dict[str, int] = {}
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for pragma in ("journal_mode=DELETE", "synchronous=OFF", f"cache_size=-{SQLITE_CACHE_KIB}"):
            database.execute(f"PRAGMA {pragma}")
        indexes = database.execute(
            "SELECT name, sql FROM sqlite_master WHERE type='index' AND sql <> ''"
        ).fetchall()
        database.execute("BEGIN")
        for index, _ in indexes:
            database.execute(f'DROP INDEX "{index}"')
        for one in everything:
            table = one.model._meta.db_table
            places = ", ".join("?" * len(one.columns))
            database.executemany(f'INSERT INTO "{table}" ({_names(one)}) VALUES ({places})', one.rows())
            written[table] = written.get(table, 0) + one.count
        for _, statement in indexes:
            database.execute(statement)
        database.execute("COMMIT")
        database.execute("PRAGMA journal_mode=WAL")
    return written


def _in_postgres(everything: Iterable[Filling], admin: str) -> dict[str, int]:
    written: dict[str, int] = {}
    with psycopg.connect(admin, autocommit=True) as database:
        database.execute("SET session_replication_role = replica")  # foreign keys hold: the rows see to it
        database.execute(f"SET maintenance_work_mem = '{POSTGRES_MEMORY}'".encode())
        indexes = database.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " JOIN pg_class ON pg_class.oid = indrelid WHERE relnamespace = 'public'::regnamespace"
            " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)"
        ).fetchall()
        for index, _ in indexes:
            database.execute(f"DROP INDEX {index}".encode())
        for one in everything:
            _copy(database, one)
            table = one.model._meta.db_table
            written[table] = written.get(table, 0) + one.count
        for _, statement in indexes:
            database.execute(statement.encode())
        for table in written:
            _count_on(database, table)
        database.execute("VACUUM ANALYZE")
    return written


def _copy(database: psycopg.Connection[Any], one: Filling) -> None:
    rows, table = one.rows(), one.model._meta.db_table
    with database.cursor().copy(f'COPY "{table}" ({_names(one)}) FROM STDIN'.encode()) as copy:
        while chunk := list(islice(rows, CHUNK_ROWS)):
            copy.write("".join(map(_line, chunk)))


def _line(row: Sequence[object]) -> str:
    return "\t".join(map(_text, row)) + "\n"


def _text(value: object) -> str:
    """A value as COPY reads it; none of ours has a tab, a backslash or a line feed."""
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return f"\\\\x{value.hex()}"
    return str(value)


def _count_on(database: psycopg.Connection[Any], table: str) -> None:
    """The table's own numbers go on after the last one."""
    (sequence,) = database.execute(
        "SELECT pg_get_serial_sequence(%s, column_name) FROM information_schema.columns"
        " WHERE table_name = %s AND ordinal_position = 1", [f'"{table}"', table],
    ).fetchone() or (None,)  # fmt: skip
    if sequence:
        database.execute(f"SELECT setval('{sequence}', (SELECT max(id) FROM \"{table}\"))".encode())


def _names(one: Filling) -> str:
    return ", ".join(f'"{name}"' for name in one.columns)
