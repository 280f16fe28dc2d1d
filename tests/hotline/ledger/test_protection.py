from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from tutela.hotline.databases import PRAGMAS
from tutela.hotline.ledger import triggers
from tutela.hotline.ledger.protection import check_protection, problems
from tutela.kernel.errors import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA recursive_triggers = 1; ")
            cursor.execute("PRAGMA secure_delete = 1")


def names() -> list[str]:
    made = triggers.sqlite_triggers() if connection.vendor == "sqlite" else triggers.postgres_triggers()
    return list(made)


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_database_as_the_migrations_leave_it_is_protected() -> None:
    assert list(problems()) == []
    check_protection()


def test_every_missing_trigger_is_named() -> None:
    triggers.remove(connection)
    said = " ".join(problems())
    assert [name for name in names() if name not in said] == []
    with pytest.raises(Refused, match=r"does not protect the ledger: .*missing"):
        check_protection()
    triggers.create(connection)
    check_protection()


def test_a_trigger_that_does_nothing_is_no_trigger() -> None:
    name = names()[0]
    if connection.vendor == "sqlite":
        run(f"DROP TRIGGER {name}")
        run(f"CREATE TRIGGER {name} BEFORE UPDATE ON ledger_ledgerentry BEGIN SELECT 1; END")
    else:
        run(f"ALTER TABLE ledger_ledgerentry DISABLE TRIGGER {name}")
    assert [name in problem for problem in problems()] == [True]


def test_the_other_half_of_the_protection_is_looked_at_too() -> None:
    if connection.vendor == "sqlite":
        run("PRAGMA recursive_triggers = 0")
        run("PRAGMA secure_delete = 0")
        assert len(list(problems())) == 2 and set(PRAGMAS) >= {"recursive_triggers", "secure_delete"}
    else:
        run(
            f"CREATE OR REPLACE FUNCTION {triggers.FUNCTION}() RETURNS trigger LANGUAGE plpgsql"
            " AS 'BEGIN RETURN OLD; END'"
        )
        assert [triggers.FUNCTION in problem for problem in problems()] == [True]


def test_transactions_begin_immediate(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "transaction_mode", "DEFERRED")
        assert list(problems()) == ["transactions do not begin IMMEDIATE"]
    else:
        run("ALTER TABLE ledger_ledgernode ENABLE REPLICA TRIGGER ledger_ledgernode_no_truncate")
        assert ["ledger_ledgernode_no_truncate" in problem for problem in problems()] == [True]
