"""On PostgreSQL the processes' role owns nothing: the statements of the manual, tried."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.house.reading import ROOT
from tests.postgres import OWNER, ROLE, Server
from tutela.hotline.ledger.triggers import TABLES

DATABASE = "two_roles"
RECORD = """
from tutela.web.starting import start_django; start_django()
from django.db import transaction
from tests.hotline.ledger import steps
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import PUBLIC
from tutela.hotline.ledger.protection import check_protection
check_protection()
with transaction.atomic():
    print([record("tried_in_a_test", actor=PUBLIC) for _ in range(4)])
"""


def python(server: Server, role: str, home: Path, *words: str) -> str:
    environment = {
        **os.environ,
        "TUTELA_HOME": str(home),
        "TUTELA_HOTLINE__DATABASE": server.address(role, DATABASE),
        "DJANGO_SETTINGS_MODULE": "tutela.web.settings",
    }
    done = subprocess.run(
        [sys.executable, *words], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def two_roles(postgres_server: Server, tmp_path: Path) -> Iterator[Server]:
    with postgres_server.connected("admin", "postgres") as database:
        database.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}".encode())
    python(postgres_server, OWNER, tmp_path, "-m", "django", "migrate", "--verbosity", "0")
    page = (ROOT / "docs" / "how-to" / "check-the-log.md").read_text(encoding="utf-8")
    (statements,) = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    with postgres_server.connected(OWNER, DATABASE) as database:
        database.execute(statements.encode())
    yield postgres_server
    with postgres_server.connected("admin", "postgres") as database:
        database.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)".encode())


@pytest.mark.slow
@pytest.mark.needs("postgres")
def test_the_processes_add_and_cannot_lift_the_protection(two_roles: Server, tmp_path: Path) -> None:
    assert python(two_roles, ROLE, tmp_path, "-c", RECORD) == "[0, 1, 2, 3]\n"
    with two_roles.connected(ROLE, DATABASE) as database:
        for table in TABLES:
            for statement in (
                f"DROP TRIGGER {table}_no_change ON {table}",
                f"ALTER TABLE {table} DISABLE TRIGGER ALL",
                f"UPDATE {table} SET {TABLES[table]} = 0",
                f"DELETE FROM {table}",
                f"TRUNCATE {table}",
                f"DROP TABLE {table}",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    database.execute(statement.encode())
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            database.execute(b"SET session_replication_role = replica")
