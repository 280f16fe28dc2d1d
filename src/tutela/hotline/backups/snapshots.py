"""The database as it is at one moment, as a file; and a file as the database.

SQLite copies itself while others write (its backup interface). PostgreSQL has its own programs for it,
``pg_dump`` and ``pg_restore``, of the server's release or a newer one.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from django.db import Error, connection

from tutela.kernel.custody import durable
from tutela.kernel.errors import Conflict, Unavailable

#: What the snapshot is called in a backup, by the database's vendor.
NAMES: Mapping[str, str] = {"sqlite": "database.sqlite", "postgresql": "database.pgdump"}
#: Seconds for a snapshot; a hotline's database has some GB at most.
TIMEOUT_SECONDS = 3_600
#: Django's names of the parts of an address, as libpq's variables: a password never stands on a command line.
_VARIABLES = {
    "HOST": "PGHOST",
    "PORT": "PGPORT",
    "USER": "PGUSER",
    "PASSWORD": "PGPASSWORD",
    "NAME": "PGDATABASE",
}


def take_snapshot(path: Path) -> None:
    """Return once the database, as it was at one moment, stands at ``path``. Raises Unavailable."""
    try:
        _TAKE[connection.vendor](path)
    except (Error, sqlite3.Error) as error:
        raise Unavailable("the database cannot be copied: is there room on the disk?") from error


def put_back(path: Path) -> None:
    """Return once the snapshot at ``path`` is the database. Raises Conflict where one is, Unavailable."""
    try:
        _PUT[connection.vendor](path)
    except (Error, sqlite3.Error) as error:
        raise Unavailable(
            "the database cannot be reached: is its address right, does its server run?"
        ) from error


def _take_sqlite(path: Path) -> None:
    # A connection of its own: one in the middle of a change would wait for itself.
    address = Path(str(connection.settings_dict["NAME"])).absolute().as_uri() + "?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as here, closing(sqlite3.connect(path)) as copy:
        here.backup(copy)
    path.chmod(durable.FILE_MODE)


def _put_sqlite(path: Path) -> None:
    target = Path(str(connection.settings_dict["NAME"]))
    if target.exists():
        raise Conflict(f"there is a database already: {target.name}; move it away first")
    connection.close()
    durable.make_folder(target.parent)
    shutil.copyfile(path, target)
    target.chmod(durable.FILE_MODE)
    connection.ensure_connection()


def _take_postgresql(path: Path) -> None:
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}")


def _put_postgresql(path: Path) -> None:
    if connection.introspection.table_names():
        raise Conflict("the database holds tables already: give an empty one in hotline.database")
    name = str(connection.settings_dict["NAME"])
    _run(
        "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges",
        f"--dbname={name}", str(path),
    )  # fmt: skip


def _run(program: str, *arguments: str) -> None:
    found = _program(program)
    given = connection.settings_dict
    variables = {name: str(given[key]) for key, name in _VARIABLES.items() if given.get(key)}
    done = subprocess.run(
        [found, *arguments],
        env={"PATH": os.environ.get("PATH", ""), **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    if done.returncode:
        raise Unavailable(f"{program} failed: is it as new as the server, and is there room on the disk?")


def _program(name: str) -> str:
    installed = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3])
    )
    found = str(installed[-1]) if installed else shutil.which(name)
    if found is None:
        raise Unavailable(f"{name} is needed for this (apt-get install postgresql-client)")
    return found


_TAKE = {"sqlite": _take_sqlite, "postgresql": _take_postgresql}
_PUT = {"sqlite": _put_sqlite, "postgresql": _put_postgresql}
