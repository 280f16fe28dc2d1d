"""How Django reaches the hotline's database: SQLite by default, PostgreSQL for several machines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tutela.kernel.errors import Invalid, Unavailable

#: Name of the database file in TUTELA_HOME.
FILE_NAME = "hotline.sqlite"
#: In TUTELA_HOME while a backup is brought back: until its notices are in doubt nothing may go out.
RESTORING = "restore.begun"
#: What is said where it stands there and nobody restores.
UNFINISHED = "a restore was interrupted here: empty TUTELA_HOME and the database, and restore again"
#: Seconds that a connection waits for another one's transaction before it gives up.
#: Source: our own; the longest transaction is a ledger entry with its nodes, far below one second.
LOCK_TIMEOUT_SECONDS = 10
#: What each connection to PostgreSQL asks for: a page's queries take milliseconds, and compiling one of them
#: takes a hundred (JIT; measured with the page of figures). An address may say something else.
POSTGRES_OPTIONS = "-c jit=off"
#: What each connection to SQLite sets, and what a start-up check reads back: style.md section 10, rule 2.
#: ``synchronous`` 2 is FULL, so that a power loss takes no acknowledged report.
PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "secure_delete": 1,
    "recursive_triggers": 1,
}


def database(untrusted_address: str, home: Path) -> dict[str, Any]:
    """The entry of Django's DATABASES for an address of the settings; empty is SQLite in ``home``.

    Raises Invalid for an address that is no postgresql:// one.
    """
    return _postgres(untrusted_address) if untrusted_address else _sqlite(home / FILE_NAME)


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "timeout": LOCK_TIMEOUT_SECONDS,
            "transaction_mode": "IMMEDIATE",
            "init_command": " ".join(f"PRAGMA {name}={value};" for name, value in PRAGMAS.items()),
        },
    }


def _postgres(untrusted_address: str) -> dict[str, Any]:
    parts = urlsplit(untrusted_address)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise Invalid(
            "this is no address of a database: postgresql://USER@HOST/DATABASE, or nothing for SQLite",
            field="hotline.database",
        )
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": LOCK_TIMEOUT_SECONDS, "options": POSTGRES_OPTIONS, **options},
    }


@contextmanager
def answering() -> Iterator[None]:
    """Gives a block in which the database is asked, for the edge where a person waits: a command.

    Raises Unavailable, with the class of what went wrong and never its text, where the database is away,
    locked, not made yet or of another version. Django has to be set up.
    """
    from django.db import Error

    try:
        yield
    except Error as error:
        raise Unavailable(
            f"the hotline's database does not answer as it should ({type(error).__name__}): "
            "it is away, busy, of another version or not made yet"
        ) from error
