"""Opening the queue's file: made private, refused when it is something else."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tutela.detect.service.hook_tables import as_unavailable, open_tables
from tutela.kernel.errors import Invalid, Unavailable


def test_the_file_is_durable_and_forgets_what_was_deleted(tmp_path: Path) -> None:
    database = open_tables(tmp_path / "hooks.sqlite")
    answers = [database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    assert answers == ["wal", 2]
    assert database.execute("PRAGMA secure_delete").fetchone()[0] == 1
    database.close()


def test_in_memory_there_is_no_file() -> None:
    database = open_tables(None)
    assert database.execute("SELECT count(*) FROM letters").fetchone() == (0,)
    database.close()


def test_another_file_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_bytes(b"this is no database at all, but long enough to be looked at" * 20)
    foreign = tmp_path / "foreign.sqlite"
    other = sqlite3.connect(foreign)
    other.execute("CREATE TABLE something (a)")
    other.commit()
    other.close()
    for path in (text, foreign):
        with pytest.raises(Invalid, match="not a queue"):
            open_tables(path)


def test_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hooks.sqlite"
    database = open_tables(path)
    database.execute("UPDATE meta SET value = '99'")
    database.close()
    with pytest.raises(Invalid, match="version"):
        open_tables(path)


def test_a_folder_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        open_tables(tmp_path / "nowhere" / "hooks.sqlite")


def test_a_file_system_without_wal_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "exists", lambda _: True)
    with pytest.raises(Unavailable, match="WAL"):
        open_tables(Path(":memory:"))


def test_an_error_of_the_database_is_unavailable() -> None:
    with pytest.raises(Unavailable), as_unavailable():
        raise sqlite3.OperationalError("disk I/O error")
