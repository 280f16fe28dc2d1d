from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from django.db import connection

from tutela.hotline.backups import snapshots
from tutela.hotline.backups.snapshots import put_back, take_snapshot
from tutela.kernel.errors import Conflict, Unavailable


@pytest.mark.django_db
def test_a_snapshot_is_a_whole_database_closed_to_others(tmp_path: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's own copy")
    take_snapshot(tmp_path / "copy")
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(tmp_path / "copy") as copy:
        tables = {row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        triggers = {row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    assert set(connection.introspection.table_names()) <= tables
    assert triggers


@pytest.mark.django_db
def test_a_database_that_stands_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(Conflict):
        put_back(tmp_path / "copy")


def test_a_program_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "glob", lambda self, pattern: iter(()))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(Unavailable, match="pg_dump is needed"):
        snapshots._program("pg_dump")
