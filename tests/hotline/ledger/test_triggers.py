from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from tests.hotline.ledger.steps import a_step
from tutela.hotline.ledger import triggers
from tutela.hotline.ledger.actions import record_custody
from tutela.hotline.ledger.models import LedgerCheckpoint, LedgerEntry, LedgerNode

pytestmark = pytest.mark.django_db

#: Statements that change or take away a row, or put another one in its place.
EVERYWHERE = (
    "UPDATE {table} SET {key} = {key}",
    "UPDATE {table} SET {key} = {key} + 1",
    "DELETE FROM {table}",
    "DELETE FROM {table} WHERE {key} = (SELECT MAX({key}) FROM {table})",
    "INSERT INTO {table} SELECT * FROM {table} WHERE 1 = 1"
    " ON CONFLICT ({key}) DO UPDATE SET {key} = {table}.{key}",
)
ONLY = {
    "sqlite": (
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
        "REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
        "UPDATE OR REPLACE {table} SET {key} = 0",
    ),
    "postgresql": ("TRUNCATE {table}", "TRUNCATE {table} CASCADE"),
}


@pytest.fixture(autouse=True)
def _rows() -> None:
    for _ in range(4):
        record_custody(a_step())
    LedgerCheckpoint.objects.create(number=0, note="")


def contents() -> list[object]:
    return [list(model.objects.order_by("pk").values_list()) for model in (LedgerEntry, LedgerNode)]


@pytest.mark.parametrize("table", triggers.TABLES)
@pytest.mark.parametrize("recursive", [1, 0], ids=["pragma", "no-pragma"])
def test_nothing_is_changed_or_taken_away(table: str, recursive: int) -> None:
    before = contents()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA recursive_triggers = {recursive}")
        for statement in (*EVERYWHERE, *ONLY[connection.vendor]):
            with pytest.raises(DatabaseError, match=triggers.SAYING), transaction.atomic():
                cursor.execute(statement.format(table=table, key=triggers.TABLES[table]))
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA recursive_triggers = 1")
    assert contents() == before


def test_a_replica_role_does_not_pass_by() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        with pytest.raises(DatabaseError, match=triggers.SAYING), transaction.atomic():
            cursor.execute("DELETE FROM ledger_ledgerentry")


def test_without_triggers_it_would_go() -> None:
    triggers.remove(connection)
    LedgerEntry.objects.filter(index=3).delete()
    triggers.create(connection)
    assert LedgerEntry.objects.count() == 3
