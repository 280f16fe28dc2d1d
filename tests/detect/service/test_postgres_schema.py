"""What the administrator runs once, and what it keeps the service from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.detect.service.drafts import add
from tutela.detect.service.postgres_schema import render_schema
from tutela.kernel.errors import Invalid

if TYPE_CHECKING:
    from tests.postgres import Server

#: Tried by whoever owns the tables: the triggers refuse.
SLIPS = [
    "UPDATE tutela_log.changes SET payload = '{}'",
    "DELETE FROM tutela_log.changes",
    "TRUNCATE tutela_log.changes",
    "INSERT INTO tutela_log.changes VALUES (1, '{}') ON CONFLICT (sequence) DO UPDATE SET payload = '{}'",
    "MERGE INTO tutela_log.changes AS kept USING (VALUES (1)) AS new (n) ON kept.sequence = new.n "
    "WHEN MATCHED THEN DELETE",
    "INSERT INTO tutela_log.changes VALUES (7, '{}')",
    "UPDATE tutela_log.head SET sequence = 0",
    "UPDATE tutela_log.head SET sequence = 9",
    "DELETE FROM tutela_log.head",
    "TRUNCATE tutela_log.head",
]
#: Tried by the service's own role: it lacks the right.
ATTACKS = [
    *SLIPS,
    "ALTER TABLE tutela_log.changes DISABLE TRIGGER changes_stay",
    "DROP TRIGGER changes_stay ON tutela_log.changes",
    "DROP TABLE tutela_log.changes",
    "DROP SCHEMA tutela_log CASCADE",
    "CREATE OR REPLACE FUNCTION tutela_log.refuse() RETURNS trigger LANGUAGE plpgsql "
    "AS 'BEGIN RETURN NEW; END'",
    "UPDATE tutela_log.meta SET value = 'x'",
    "DO $$ BEGIN LOCK TABLE tutela_log.head IN EXCLUSIVE MODE; END $$",
    "SELECT * FROM tutela_log.head FOR UPDATE",
    "SET session_replication_role = replica",
]


@pytest.fixture
def filled(postgres_server: Server) -> Server:
    from tutela.detect.service.postgres_log import PostgresChangeLog

    with PostgresChangeLog(postgres_server.empty_log()) as log:
        log.append(add("a"))
    return postgres_server


def stands(server: Server) -> bool:
    with server.connected("admin") as database:
        rows = database.execute("SELECT sequence, payload LIKE '%\"a\"%' FROM tutela_log.changes").fetchall()
        (head,) = database.execute("SELECT sequence FROM tutela_log.head").fetchone() or (0,)
    return rows == [(1, True)] and head == 1


@pytest.mark.parametrize("statement", SLIPS)
def test_not_even_the_owner_changes_or_takes_out_a_row(filled: Server, statement: str) -> None:
    import psycopg

    with filled.connected("keeper") as database, pytest.raises(psycopg.errors.RaiseException, match="append"):
        database.execute(statement.encode())
    assert stands(filled)


@pytest.mark.parametrize("statement", SLIPS)
def test_triggers_fire_whatever_the_role_of_the_session(filled: Server, statement: str) -> None:
    import psycopg

    with filled.connected("admin") as database:
        database.execute("SET session_replication_role = replica")
        with pytest.raises(psycopg.errors.RaiseException, match="append"):
            database.execute(statement.encode())
    assert stands(filled)


@pytest.mark.parametrize("statement", ATTACKS)
def test_the_role_of_the_service_has_no_such_right(filled: Server, statement: str) -> None:
    import psycopg

    with filled.connected("tutela") as database, pytest.raises(psycopg.errors.InsufficientPrivilege):
        database.execute(statement.encode())
    assert stands(filled)


def test_a_stranger_neither_reads_nor_appends(filled: Server) -> None:
    import psycopg

    with filled.connected("admin") as database:
        database.execute("DROP ROLE IF EXISTS stranger; CREATE ROLE stranger LOGIN")
    for statement in (b"SELECT * FROM tutela_log.changes", b"SELECT tutela_log.append('{}')"):
        with filled.connected("stranger") as database, pytest.raises(psycopg.errors.InsufficientPrivilege):
            database.execute(statement)


def test_a_second_time_changes_nothing(filled: Server) -> None:
    import psycopg

    with filled.connected("keeper") as database, pytest.raises(psycopg.errors.DuplicateSchema):
        database.execute(render_schema().encode())
    assert stands(filled)


def test_each_log_has_an_identity_of_its_own_or_that_of_the_one_it_goes_on_with() -> None:
    assert render_schema() != render_schema()
    assert f"'identity', '{'ab' * 16}'" in render_schema(identity="ab" * 16)


@pytest.mark.parametrize("role", ["", "a b", "a;b", 'a"b', "A", "1a", "a" * 64, "ä", "a\n"])
def test_a_role_is_a_plain_name(role: str) -> None:
    with pytest.raises(Invalid):
        render_schema(role)


@pytest.mark.parametrize("identity", ["x", "AB" * 16, "ab" * 17, "'" * 32])
def test_an_identity_is_hexadecimal(identity: str) -> None:
    with pytest.raises(Invalid):
        render_schema(identity=identity)
