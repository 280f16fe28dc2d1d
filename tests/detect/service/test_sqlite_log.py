from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.detect.matching.making import entry, value
from tests.detect.service.drafts import add
from tutela.detect.service import sqlite_log
from tutela.detect.service.sqlite_log import SqliteChangeLog
from tutela.kernel.errors import Invalid, Unavailable


def opened(folder: Path) -> SqliteChangeLog:
    return SqliteChangeLog(folder / "changes.sqlite")


def test_log_is_durable_private_and_one(tmp_path: Path) -> None:
    with opened(tmp_path) as log:
        log.append(add("a"))
        settings = {
            name: log._ask(f"PRAGMA {name}")[0][0]
            for name in ("journal_mode", "synchronous", "recursive_triggers")
        }
        assert settings == {"journal_mode": "wal", "synchronous": 2, "recursive_triggers": 1}
        first = log.identity
    with opened(tmp_path) as again:
        assert again.identity == first and again.head() == 1
    assert stat.S_IMODE((tmp_path / "changes.sqlite").stat().st_mode) == 0o600
    (tmp_path / "other").mkdir()
    with opened(tmp_path / "other") as other:
        assert other.identity != first


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE changes SET payload = '{}'",
        "DELETE FROM changes",
        "INSERT OR REPLACE INTO changes VALUES (1, '{}')",
        "REPLACE INTO changes VALUES (1, '{}')",
        "INSERT INTO changes VALUES (1, '{}') ON CONFLICT DO UPDATE SET payload = '{}'",
    ],
)
def test_nothing_is_changed_or_taken_out(tmp_path: Path, statement: str) -> None:
    with opened(tmp_path) as log:
        log.append(add("a"))
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            log._database.execute(statement)
        assert [one.list for one in log.after(0)] == ["a"]


def test_threads_and_connections_get_numbers_of_their_own_in_order(tmp_path: Path) -> None:
    with opened(tmp_path) as one, opened(tmp_path) as two:
        numbers: list[int] = []

        def append(log: SqliteChangeLog) -> None:
            numbers.extend(log.append(add("a")) for _ in range(10))

        threads = [threading.Thread(target=append, args=(log,)) for log in (one, two) * 2]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(numbers) == list(range(1, 41))
        assert [change.sequence for change in two.after(0)] == list(range(1, 41))
        assert one.head() == two.head() == 40


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "changes.sqlite").write_bytes(b"not a database " * 100)
    with pytest.raises(Invalid):
        opened(tmp_path)
    (tmp_path / "changes.sqlite").unlink()
    with sqlite3.connect(tmp_path / "changes.sqlite") as database:
        database.execute("CREATE TABLE other (x)")
    database.close()
    with pytest.raises(Invalid, match="not a change log"):
        opened(tmp_path)


def test_log_of_another_version_and_a_missing_folder_are_refused(tmp_path: Path) -> None:
    with opened(tmp_path) as log:
        log._database.execute("UPDATE meta SET value = '99' WHERE name = 'schema'")
    with pytest.raises(Invalid, match="version 99 is needed"):
        opened(tmp_path)
    with pytest.raises(Unavailable):
        opened(tmp_path / "nowhere")


def test_damaged_row_is_an_error_and_never_a_shorter_log(tmp_path: Path) -> None:
    with opened(tmp_path) as log:
        log._database.execute("INSERT INTO changes (payload) VALUES ('{}')")
        with pytest.raises(Invalid, match="damaged"):
            log.after(0)


def test_log_that_is_locked_says_so_and_keeps_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_log, "BUSY_SECONDS", 0.02)
    with opened(tmp_path) as one, opened(tmp_path) as two:
        one._database.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable):
            two.append(add("a"))
        with pytest.raises(Unavailable):
            opened(tmp_path)
        one._database.execute("ROLLBACK")
        assert two.append(add("a")) == 1


def test_change_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_log, "PAYLOAD_BYTES_MAX", 500)
    with opened(tmp_path) as log:
        with pytest.raises(Invalid, match="too large"):
            log.append(add("a", *[entry(f"e{number}", "pdq", value(number)) for number in range(20)]))
        assert log.head() == 0


def test_closed_log_is_unavailable(tmp_path: Path) -> None:
    log = opened(tmp_path)
    log.close()
    with pytest.raises(Unavailable):
        log.head()


_APPENDER = """
import sys
from tests.detect.service.drafts import add
from tutela.detect.service.sqlite_log import SqliteChangeLog
log = SqliteChangeLog(sys.argv[1])
while True:
    print(log.append(add("a")), flush=True)
"""


@pytest.mark.slow
def test_acknowledged_changes_outlive_a_killed_process(tmp_path: Path) -> None:
    path = tmp_path / "changes.sqlite"
    acknowledged = 0
    for _ in range(3):
        running = subprocess.Popen([sys.executable, "-c", _APPENDER, str(path)], stdout=subprocess.PIPE)
        assert running.stdout is not None
        for _ in range(20):
            acknowledged = int(running.stdout.readline())
        os.kill(running.pid, signal.SIGKILL)
        rest = running.stdout.read().split(b"\n")[:-1]
        acknowledged = int(rest[-1]) if rest else acknowledged
        running.wait()
        running.stdout.close()
    with SqliteChangeLog(path) as log:
        assert log.head() >= acknowledged
        assert [one.sequence for one in log.after(0)] == list(range(1, log.head() + 1))


def test_large_changes_come_a_few_at_a_time_and_every_one_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_log, "ANSWER_BYTES_MAX", 2_000)
    with opened(tmp_path) as log:
        log.append(add("a"))
        log.append(add("a", *(entry(f"e{number}", "pdq", value(number)) for number in range(50))))
        log.append(add("a"))
        found: list[int] = []
        while changes := log.after(found[-1] if found else 0):
            found += [change.sequence for change in changes]
            assert len(changes) == 1
        assert found == [1, 2, 3]
