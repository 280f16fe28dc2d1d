"""Whether the database protects the ledger as it should: asked when a process starts, and by the doctor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection

from tutela.hotline.databases import PRAGMAS
from tutela.hotline.ledger import triggers
from tutela.kernel.errors import Refused


def check_protection() -> None:
    """Return where triggers and settings of the database are those that the ledger needs.

    Raises Refused with everything that is wrong: a process that writes must not start then.
    """
    wrong = list(problems())
    if wrong:
        raise Refused(f"the database does not protect the ledger: {'; '.join(wrong)}")


def problems() -> Iterator[str]:
    """A sentence for each thing that is wrong with the database's protection of the ledger."""
    return _sqlite() if connection.vendor == "sqlite" else _postgres()


def _rows(statement: str, *parameters: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def _sqlite() -> Iterator[str]:
    for name, wanted in PRAGMAS.items():
        ((found,),) = _rows(f"PRAGMA {name}")
        if found != wanted:
            yield f"{name} is {found}, not {wanted}"
    if connection.settings_dict["OPTIONS"].get("transaction_mode") != "IMMEDIATE":
        yield "transactions do not begin IMMEDIATE"
    rows = _rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    there: dict[str, str] = dict(rows)
    for name, statement in triggers.sqlite_triggers().items():
        if there.get(name) != statement:
            yield f"the trigger {name} is {'another one' if name in there else 'missing'}"


def _postgres() -> Iterator[str]:
    wanted = {(name, table) for name, (table, _) in triggers.postgres_triggers().items()}
    found = _rows(
        "SELECT t.tgname, c.relname, t.tgenabled, p.proname, t.tgtype FROM pg_trigger t"
        " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE pg_table_is_visible(c.oid) AND NOT t.tgisinternal"
    )
    there = {(row[0], row[1]): row[2:] for row in found}
    for name, table in sorted(wanted):
        if (name, table) not in there:
            yield f"the trigger {name} is missing"
        elif there[name, table] != ("A", triggers.FUNCTION, _kind(name)):
            yield f"the trigger {name} is switched off or another one"
    bodies = _rows("SELECT prosrc FROM pg_proc WHERE proname = %s", triggers.FUNCTION)
    if [body for (body,) in bodies] not in ([triggers.BODY], []):
        yield f"the function {triggers.FUNCTION} is another one"


def _kind(name: str) -> int:
    """pg_trigger.tgtype: row 1, before 2, delete 8, update 16, truncate 32 (PostgreSQL's pg_trigger.h)."""
    return 2 + 32 if name.endswith("_no_truncate") else 1 + 2 + 8 + 16
