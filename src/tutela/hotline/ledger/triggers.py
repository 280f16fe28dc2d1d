"""Triggers that let rows of the ledger be added and nothing else, on both databases (style.md section 10, 3).

They stop mistakes, and programs that were taken over; not an administrator, who can drop them. That one is
found by the tree and its signed checkpoints. On SQLite a later migration that rebuilds a table drops its
triggers with it and must make them again; ``protection`` refuses to start without them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

#: Table and primary key of what is only added to.
TABLES = {
    "ledger_ledgerentry": "leaf_index",
    "ledger_ledgernode": "place",
    "ledger_ledgercheckpoint": "number",
}
#: What the database says when a trigger stops a statement.
SAYING = "append-only"
#: The function behind PostgreSQL's triggers.
FUNCTION = "ledger_append_only"
#: Its body, as the catalogue shows it.
BODY = f" BEGIN RAISE EXCEPTION '{SAYING}' USING ERRCODE = 'integrity_constraint_violation'; END; "

_CREATE_FUNCTION = f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS '{{}}'"


def sqlite_triggers() -> dict[str, str]:
    """Name and statement of each trigger on SQLite.

    The third one is for INSERT OR REPLACE, which deletes without a word where recursive_triggers is off.
    """
    stop = f"BEGIN SELECT RAISE(ABORT, '{SAYING}'); END"
    made = {}
    for table, key in TABLES.items():
        made[f"{table}_no_update"] = f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {stop}"
        made[f"{table}_no_delete"] = f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {stop}"
        is_there = f"EXISTS (SELECT 1 FROM {table} AS old WHERE old.{key} = NEW.{key})"  # noqa: S608 - constants
        made[f"{table}_no_replace"] = (
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {is_there} {stop}"
        )
    return made


def postgres_triggers() -> dict[str, tuple[str, str]]:
    """Name, table and moment of each trigger on PostgreSQL; row triggers do not fire for TRUNCATE."""
    made = {}
    for table in TABLES:
        made[f"{table}_no_change"] = (table, f"BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW")
        made[f"{table}_no_truncate"] = (table, f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT")
    return made


def create(connection: BaseDatabaseWrapper) -> None:
    """Makes the triggers; those that are there are made anew."""
    remove(connection)
    _run(connection, sqlite_triggers().values() if connection.vendor == "sqlite" else _postgres())


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drops the triggers: for the way back of the migration, and for tests that empty every table."""
    if connection.vendor == "sqlite":
        _run(connection, (f"DROP TRIGGER IF EXISTS {name}" for name in sqlite_triggers()))
    else:
        _run(
            connection,
            (f"DROP TRIGGER IF EXISTS {name} ON {table}" for name, (table, _) in postgres_triggers().items()),
        )


def _postgres() -> Iterator[str]:
    """ENABLE ALWAYS: a session that plays a replica does not pass by."""
    yield _CREATE_FUNCTION.format(BODY.replace("'", "''"))
    for name, (table, moment) in postgres_triggers().items():
        yield f"CREATE TRIGGER {name} {moment} EXECUTE FUNCTION {FUNCTION}()"
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"


def _run(connection: BaseDatabaseWrapper, statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
