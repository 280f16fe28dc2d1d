from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.detect.service.drafts import create
from tutela.cli import run
from tutela.detect.service.sqlite_log import SqliteChangeLog

if TYPE_CHECKING:
    from tests.postgres import Server


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    (tmp_path / "match").mkdir()
    return tmp_path


def test_sql_is_for_the_role_and_goes_on_with_the_log_that_is_here(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["service", "log", "sql"]) == 0
    assert "TO tutela;" in capsys.readouterr().out
    with SqliteChangeLog(home / "match" / "changes.sqlite") as log:
        identity = log.identity
    assert run(["service", "log", "sql", "--role", "desk"]) == 0
    printed = capsys.readouterr().out
    assert "TO desk;" in printed and f"'{identity}'" in printed
    assert run(["service", "log", "sql", "--role", "a; DROP"]) == 2


@pytest.mark.parametrize("command", ["check", "move"])
def test_without_a_database_in_the_settings_there_is_nothing_to_do(
    home: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["service", "log", command]) == 2
    assert "service.change_log" in capsys.readouterr().err


def test_the_way_from_one_machine_to_several(
    home: Path,
    postgres_server: Server,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with SqliteChangeLog(home / "match" / "changes.sqlite") as log:
        log.append(create("a"))
    assert run(["service", "log", "sql"]) == 0
    made = capsys.readouterr().out
    with postgres_server.connected("keeper") as database:
        database.execute("SET client_min_messages = warning; DROP SCHEMA IF EXISTS tutela_log CASCADE")
    (home / "secrets").mkdir()
    (home / "secrets" / "service__change_log").write_text(postgres_server.address())
    monkeypatch.setenv("TUTELA_SECRETS", str(home / "secrets"))
    assert run(["service", "log", "check"]) == 2
    assert "tutela service log sql" in capsys.readouterr().err
    with postgres_server.connected("keeper") as database:
        database.execute(made.encode())
    assert run(["service", "log", "check"]) == 0
    assert "up to 0," in capsys.readouterr().out
    assert run(["service", "log", "move"]) == 0
    assert "up to change 1; the old log is now changes.sqlite.moved" in capsys.readouterr().out
    assert run(["service", "log", "check"]) == 0
    assert "up to 1," in capsys.readouterr().out
    assert run(["service", "log", "move"]) == 2
    postgres_server.stop()
    try:
        assert run(["service", "log", "check"]) != 0
        printed = capsys.readouterr().err
        assert "cannot be reached" in printed and str(postgres_server.folder) not in printed
    finally:
        postgres_server.start()
