from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.detect.service.hma import exports
from tutela.cli import run
from tutela.detect.service.hma.importing import standing_lists
from tutela.detect.service.sqlite_log import SqliteChangeLog

if TYPE_CHECKING:
    from tests.postgres import Server


@pytest.fixture
def dump(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    (tmp_path / "dump.sql").write_text(exports.dump())
    return tmp_path / "dump.sql"


def test_a_dump_is_taken_over_into_the_change_log(dump: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["import", "hma", str(dump), "--class", "csam", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert {bank["bank"]: bank["values"] for bank in said["banks"]} == {"SHOP_KNOWN": 3, "FROM_NCMEC": 1}
    log = SqliteChangeLog(dump.parent / "match" / "changes.sqlite")
    assert said["change"] == log.head() > 0
    assert standing_lists(log) == {"SHOP_KNOWN", "FROM_NCMEC"}


def test_a_log_that_several_machines_share_is_taken_where_the_settings_name_one(
    dump: Path, postgres_server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tutela.detect.service.postgres_log import PostgresChangeLog

    monkeypatch.setenv("TUTELA_SERVICE__CHANGE_LOG", postgres_server.empty_log())
    assert run(["import", "hma", str(dump), "--class", "csam", "--json"]) == 0
    change = json.loads(capsys.readouterr().out)["change"]
    with PostgresChangeLog(postgres_server.address()) as log:
        assert change == log.head() > 0 and standing_lists(log) == {"SHOP_KNOWN", "FROM_NCMEC"}
    assert not (dump.parent / "match" / "changes.sqlite").exists()
    assert run(["import", "hma", str(dump), "--class", "csam"]) == 2
    assert "retire it first" in capsys.readouterr().err


def test_a_second_time_is_refused(dump: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["import", "hma", str(dump), "--class", "csam"]) == 0
    assert "taken over" in capsys.readouterr().out
    assert run(["import", "hma", str(dump), "--class", "csam"]) == 2
    assert "retire it first" in capsys.readouterr().err


def test_a_check_changes_nothing(dump: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["import", "hma", str(dump), "--class", "csam", "--check"]) == 0
    assert "nothing was changed" in capsys.readouterr().out
    assert not (dump.parent / "match").exists()


def test_a_wrong_line_is_named_and_nothing_is_written(dump: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dump.write_text(exports.dump(signals=[(7, "pdq", "short")]))
    assert run(["import", "hma", str(dump), "--class", "csam"]) == 2
    assert "line 31" in capsys.readouterr().err
    assert not (dump.parent / "match").exists()
    assert run(["import", "hma", str(dump)]) == 2


def test_values_that_are_no_hash_can_be_left_out_and_are_counted(
    dump: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The one that StopNCII delivered, and HMA kept (ThreatExchange issue 1609)."""
    dump.write_text(exports.dump(signals=[*exports.SIGNALS, (10, "pdq", "0" * 32)]))
    asked = ["import", "hma", str(dump), "--class", "csam"]
    assert run(asked) == 2
    capsys.readouterr()
    assert run([*asked, "--skip-malformed"]) == 0
    out = capsys.readouterr().out
    assert "1 values left out: they are no hash" in out and "taken over" in out
    changes = SqliteChangeLog(dump.parent / "match" / "changes.sqlite").after(0)
    values = [entry.value for change in changes for entry in change.entries]
    assert len(values) == len(exports.SIGNALS) - 1 and bytes(16) not in values
