"""The change log of several machines: what its shared contract (``test_changes``) does not ask.

The order in which numbers become visible is tried with many writers and readers at once; and once with the
obvious other way, to see that the trial would notice.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("psycopg")

from psycopg import Error

from tests.detect.matching.making import entry, value
from tests.detect.service.drafts import NOW, add
from tutela.detect.service import postgres_link, postgres_log
from tutela.detect.service.postgres_log import PostgresChangeLog
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from tests.postgres import Server

PATIENCE_SECONDS = 60.0


@pytest.fixture
def dsn(postgres_server: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(postgres_link, "RETRY_SECONDS", 0.0)
    return postgres_server.empty_log()


@pytest.fixture
def log(dsn: str) -> Iterator[PostgresChangeLog]:
    with PostgresChangeLog(dsn, clock=FixedClock(NOW)) as opened:
        yield opened


#: Appends so many changes and prints the number of each that was acknowledged.
_WRITER = """
import sys
from tests.detect.service.drafts import add
from tutela.detect.service.postgres_log import PostgresChangeLog
with PostgresChangeLog(sys.argv[1]) as log:
    for _ in range(int(sys.argv[2])):
        print(log.append(add("a")), flush=True)
"""


class Reader:
    """Reads on from where it is, as a follower does, and notes every number in the order it saw them."""

    def __init__(self, dsn: str, last: Callable[[], int]) -> None:
        self.seen: list[int] = []
        self._dsn, self._last = dsn, last
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        with PostgresChangeLog(self._dsn) as log:
            while (self.seen[-1] if self.seen else 0) < self._last() and time.monotonic() < deadline:
                at = self.seen[-1] if self.seen else 0
                self.seen += [change.sequence for change in log.after(at, 7)]


@pytest.mark.slow
def test_who_has_seen_a_number_never_sees_a_smaller_one_later(dsn: str) -> None:
    processes, each = 6, 60
    last = processes * each
    readers = [Reader(dsn, lambda: last) for _ in range(2)]
    writing = [
        subprocess.Popen([sys.executable, "-c", _WRITER, dsn, str(each)], stdout=subprocess.PIPE)
        for _ in range(processes)
    ]
    acknowledged = [[int(line) for line in one.communicate()[0].split()] for one in writing]
    for reader in readers:
        reader.thread.join()
        assert reader.seen == list(range(1, last + 1))
    for numbers in acknowledged:
        assert numbers == sorted(numbers) and len(numbers) == each
    assert sorted(number for numbers in acknowledged for number in numbers) == list(range(1, last + 1))


def test_a_number_that_is_given_out_and_not_committed_holds_back_all_later_ones(
    postgres_server: Server, log: PostgresChangeLog
) -> None:
    log.append(add("a"))
    late: list[int] = []
    with postgres_server.connected("tutela") as other:
        other.execute("BEGIN; SELECT tutela_log.append('{}')")
        writer = threading.Thread(target=lambda: late.append(log.append(add("b"))))
        with PostgresChangeLog(postgres_server.address()) as reader:
            writer.start()
            time.sleep(0.1)
            assert (late, reader.head(), [one.list for one in reader.after(0)]) == ([], 1, ["a"])
            other.execute("ROLLBACK")
            writer.join()
            assert late == [2] and [one.list for one in reader.after(0)] == ["a", "b"]


def test_a_sequence_instead_would_lose_a_change_and_this_trial_would_see_it(postgres_server: Server) -> None:
    """The hole that the counter's lock closes: numbers of a sequence become visible out of their order."""
    with postgres_server.connected("keeper") as first, postgres_server.connected("keeper") as second:
        first.execute("DROP TABLE IF EXISTS naive; CREATE TABLE naive (n bigserial)")
        first.execute("BEGIN; INSERT INTO naive DEFAULT VALUES")
        second.execute("INSERT INTO naive DEFAULT VALUES")
        assert second.execute("SELECT n FROM naive").fetchall() == [(2,)]
        first.execute("COMMIT")
        assert second.execute("SELECT n FROM naive WHERE n > 2").fetchall() == []
        assert second.execute("SELECT count(*) FROM naive").fetchone() == (2,)


def test_a_writer_that_stops_in_the_middle_gives_its_place_up(
    postgres_server: Server, log: PostgresChangeLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    shorter = postgres_link._BEGIN.replace("'5s'", "'200ms'")
    assert shorter.count("200ms") == 2
    monkeypatch.setattr(postgres_link, "_BEGIN", shorter)
    with suppress(Error), postgres_server.connected("tutela") as stopped:
        stopped.execute(shorter.encode())
        stopped.execute("SET LOCAL idle_in_transaction_session_timeout = '800ms'")
        stopped.execute("SELECT tutela_log.append('{}')")
        with pytest.raises(Unavailable):
            log.append(add("a"))  # it waits for 200 ms
        time.sleep(1.0)
        assert log.append(add("a")) == 1


def test_acknowledged_changes_outlive_a_crash_of_the_server(
    postgres_server: Server, log: PostgresChangeLog
) -> None:
    for number in range(1, 6):
        assert log.append(add("a")) == number
        postgres_server.stop("immediate")
        with pytest.raises(Unavailable):
            log.append(add("a"))
        postgres_server.start()
        assert log.head() == number
    assert [one.sequence for one in log.after(0)] == [1, 2, 3, 4, 5]


@pytest.mark.slow
def test_writers_who_meet_a_restart_lose_and_double_nothing(postgres_server: Server, dsn: str) -> None:
    acknowledged: list[int] = []
    numbers: list[int] = []
    unknown = stop = 0

    def write() -> None:
        nonlocal unknown
        with PostgresChangeLog(dsn) as log:
            while not stop:
                try:
                    acknowledged.append(log.append(add("a")))
                except Unavailable as error:
                    unknown += "may be written" in error.message
                    time.sleep(0.01)

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for mode in ("fast", "immediate", "fast"):
        time.sleep(0.3)
        postgres_server.stop(mode)
        postgres_server.start()
    time.sleep(0.3)
    stop = 1
    for writer in writers:
        writer.join()
    with PostgresChangeLog(dsn) as log:
        head = log.head()
        while page := log.after(len(numbers)):
            numbers += [one.sequence for one in page]
    assert numbers == list(range(1, head + 1))
    assert len(set(acknowledged)) == len(acknowledged) and set(acknowledged) <= set(numbers)
    assert len(acknowledged) <= head <= len(acknowledged) + unknown


def test_a_log_that_is_away_at_first_is_opened_when_it_comes(postgres_server: Server, dsn: str) -> None:
    postgres_server.stop()
    try:
        with PostgresChangeLog(dsn) as log:
            for asked in (log.head, lambda: log.identity, log.prove, lambda: log.append(add("a"))):
                with pytest.raises(Unavailable) as refused:
                    asked()
                assert refused.value.retry_after_seconds is not None
            postgres_server.start()
            assert log.append(add("a")) == 1 and log.identity
    finally:
        postgres_server.stop()
        postgres_server.start()


def test_a_database_without_a_log_is_named_with_what_to_do(postgres_server: Server, dsn: str) -> None:
    with PostgresChangeLog(postgres_server.address(database="postgres")) as log:
        with pytest.raises(Invalid, match="tutela service log sql"):
            log.prove()
        with pytest.raises(Unavailable, match="tutela service log sql"):
            log.append(add("a"))
    with postgres_server.connected("keeper") as database:
        database.execute("REVOKE USAGE ON SCHEMA tutela_log FROM tutela")
    with PostgresChangeLog(dsn) as log, pytest.raises(Invalid, match="no change log for this role"):
        log.prove()


@pytest.mark.parametrize("role", ["keeper", "admin"])
def test_a_role_that_could_alter_the_log_is_refused(postgres_server: Server, dsn: str, role: str) -> None:
    with PostgresChangeLog(postgres_server.address(role)) as log:
        with pytest.raises(Invalid, match="may alter the tables"):
            log.prove()
        with pytest.raises(Unavailable):
            log.append(add("a"))


@pytest.mark.parametrize("right", ["INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER"])
def test_one_right_too_many_is_refused(postgres_server: Server, dsn: str, right: str) -> None:
    with postgres_server.connected("keeper") as database:
        database.execute(f"GRANT {right} ON tutela_log.changes TO tutela".encode())
    with PostgresChangeLog(dsn) as log, pytest.raises(Invalid, match="may alter the tables"):
        log.prove()


def test_a_server_that_may_lose_what_it_acknowledged_is_refused(postgres_server: Server, dsn: str) -> None:
    postgres_server.stop()
    postgres_server.start("fsync=off")
    try:
        with PostgresChangeLog(dsn) as log, pytest.raises(Invalid, match="fsync"):
            log.prove()
    finally:
        postgres_server.stop()
        postgres_server.start()


@pytest.mark.parametrize(
    ("version", "said"), [("99", "format version 99, this release reads 1"), ("x", "no format")]
)
def test_a_log_of_another_version_is_refused(
    postgres_server: Server, dsn: str, version: str, said: str
) -> None:
    with postgres_server.connected("keeper") as database:
        database.execute(f"UPDATE tutela_log.meta SET value = '{version}' WHERE name = 'schema'".encode())
    with PostgresChangeLog(dsn) as log, pytest.raises(Invalid, match=said):
        log.prove()


def test_a_change_of_a_newer_release_is_named(postgres_server: Server, log: PostgresChangeLog) -> None:
    with postgres_server.connected("tutela") as database:
        database.execute("SELECT tutela_log.append('{\"v\": 99}')")
    with pytest.raises(Invalid, match="newer release"):
        log.after(0)


def test_another_log_in_its_place_is_noticed(postgres_server: Server, log: PostgresChangeLog) -> None:
    log.append(add("a"))
    postgres_server.empty_log()
    postgres_server.stop()  # as for a database that is put back from a backup
    postgres_server.start()
    with pytest.raises(Unavailable, match="another change log"):
        log.append(add("a"))
    with pytest.raises(Unavailable, match="another change log"):
        log.after(0)
    with PostgresChangeLog(postgres_server.address()) as other:
        assert other.head() == 0


def test_a_server_that_took_over_without_the_last_change_is_noticed(
    postgres_server: Server, log: PostgresChangeLog
) -> None:
    """As after a fail-over to a standby that was behind: the lost number is given out again."""
    dsn = postgres_server.address()
    with PostgresChangeLog(dsn) as reader, PostgresChangeLog(dsn) as older:
        assert [log.append(add("a")), log.append(add("b"))] == [1, 2]
        assert len(reader.after(0)) == 2 and len(older.after(0, 1)) == 1
        with postgres_server.connected("keeper") as database:
            database.execute("ALTER TABLE tutela_log.changes DISABLE TRIGGER ALL")
            database.execute("ALTER TABLE tutela_log.head DISABLE TRIGGER ALL")
            database.execute("DELETE FROM tutela_log.changes WHERE sequence = 2")
            database.execute("UPDATE tutela_log.head SET sequence = 1")
        postgres_server.stop()
        postgres_server.start()
        assert older.append(add("c")) == 2
        for asked in (lambda: log.append(add("d")), lambda: reader.after(2), reader.head):
            with pytest.raises(Unavailable, match="taken back"):
                asked()
        assert [one.list for one in older.after(0)] == ["a", "c"]


def test_a_standby_is_not_asked(postgres_server: Server, log: PostgresChangeLog) -> None:
    with postgres_server.connected("admin") as database:
        database.execute("ALTER ROLE tutela SET default_transaction_read_only = on")
    try:
        with pytest.raises(Unavailable):
            log.head()
    finally:
        with postgres_server.connected("admin") as database:
            database.execute("ALTER ROLE tutela RESET default_transaction_read_only")
    assert log.head() == 0


def test_a_missing_or_damaged_row_is_an_error_and_never_a_shorter_log(
    postgres_server: Server, log: PostgresChangeLog
) -> None:
    for _ in range(3):
        log.append(add("a"))
    with postgres_server.connected("keeper") as database:
        database.execute("SELECT tutela_log.append('{}')")
        with pytest.raises(Invalid, match="damaged"):
            log.after(3)
        database.execute("ALTER TABLE tutela_log.changes DISABLE TRIGGER changes_stay")
        database.execute("DELETE FROM tutela_log.changes WHERE sequence = 2")
    for at in (0, 1):
        with pytest.raises(Invalid, match="missing"):
            log.after(at)
    assert [one.sequence for one in log.after(2, 1)] == [3]


def test_large_changes_come_in_several_answers(
    log: PostgresChangeLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = add("a", *[entry(f"e{number}", "pdq", value(number)) for number in range(200)])
    for draft in (large, add("b"), large, large):
        log.append(draft)
    monkeypatch.setattr(postgres_log, "FETCH_BYTES_MAX", 20_000)
    pages: list[Any] = []
    at = 0
    while page := log.after(at):
        pages.append([one.sequence for one in page])
        at = page[-1].sequence
    assert [number for page in pages for number in page] == [1, 2, 3, 4]
    assert len(pages) > 1


def test_change_that_is_too_large_is_refused(log: PostgresChangeLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_log, "PAYLOAD_BYTES_MAX", 500)
    with pytest.raises(Invalid, match="too large"):
        log.append(add("a", *[entry(f"e{number}", "pdq", value(number)) for number in range(20)]))
    assert log.head() == 0
