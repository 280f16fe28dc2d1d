"""The hotline's tests run on SQLite, in a file of their own; TUTELA_HOTLINE__DATABASE makes it PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A file, not a database in memory: write-ahead log and locks are those of earnest."""
    from django.conf import settings

    default: dict[str, Any] = settings.DATABASES["default"]
    if default["ENGINE"].endswith("sqlite3"):
        default["TEST"]["NAME"] = str(tmp_path_factory.mktemp("hotline") / "hotline.sqlite")


@pytest.fixture(scope="session", autouse=True)
def _empty_the_ledger_too(django_db_setup: None) -> None:
    """A test with transactions of its own ends with emptied tables; the ledger's triggers refuse that."""
    from django.db import connection

    from tutela.hotline.ledger import triggers

    flush = connection.ops.execute_sql_flush

    def lifted(statements: Iterable[str]) -> None:
        triggers.remove(connection)
        flush(statements)
        triggers.create(connection)

    vars(connection.ops)["execute_sql_flush"] = lifted


@pytest.fixture(scope="session", autouse=True)
def login_key() -> None:
    """Tests hold a login key as the desk does, and hash passwords fast; one test asks for the real hasher."""
    from django.conf import settings

    settings.SECRET_KEY = "a login key of tests, long enough for Django's own check to be quiet about it"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
