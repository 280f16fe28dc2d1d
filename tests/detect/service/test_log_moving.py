"""One machine's change log goes into a database; its lists go on as if nothing had happened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("psycopg")

from tests.detect.matching.making import entry, value
from tests.detect.service.drafts import add, create
from tutela.detect.service.follower import Follower
from tutela.detect.service.log_moving import MOVED, local_head, local_identity, move_log
from tutela.detect.service.log_opening import CHANGES
from tutela.detect.service.postgres_log import PostgresChangeLog
from tutela.detect.service.shelf import Shelf
from tutela.detect.service.sqlite_log import SqliteChangeLog
from tutela.kernel.errors import Conflict, Refused, Unavailable

if TYPE_CHECKING:
    from tests.postgres import Server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with a list that stands up to change 12."""
    with SqliteChangeLog(tmp_path / CHANGES) as log:
        log.append(create("a"))
        for number in range(10):
            log.append(add("a", entry(f"e{number}", "pdq", value(number))))
        log.append(create("b"))
        with Follower(log, tmp_path) as follower:
            follower.step()
    return tmp_path


def target(server: Server, folder: Path) -> PostgresChangeLog:
    return PostgresChangeLog(server.empty_log(local_identity(folder)))


def ignored(_written: int) -> None:
    """Progress for nobody."""


def test_numbers_times_and_lists_stay(folder: Path, postgres_server: Server) -> None:
    with SqliteChangeLog(folder / CHANGES) as before:
        changes, identity = before.after(0), before.identity
    assert local_head(folder) == 12
    steps: list[int] = []
    with target(postgres_server, folder) as log:
        assert move_log(folder, log, steps.append) == 12
        assert (log.after(0), log.identity, sum(steps)) == (changes, identity, 12)
        assert (folder / MOVED).exists() and not (folder / CHANGES).exists()
        assert not list(folder.glob(f"{CHANGES}-*"))
        with Follower(log, folder) as follower:
            assert (follower.sequence, follower.step()) == (12, 0)
            assert log.append(add("a", entry("new", "pdq", value(99)))) == 13
            assert follower.step() == 1
        with pytest.raises(Refused):
            move_log(folder, log, ignored)
    shelf = Shelf(folder)
    assert {name: shelf.state(name).entries for name in shelf.names()} == {"a": 11, "b": 0}
    shelf.close()
    assert (local_identity(folder), local_head(folder)) == ("", 0)


def test_an_interrupted_move_goes_on(
    folder: Path, postgres_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with target(postgres_server, folder) as log:
        real, written = log.append_payload, 0

        def interrupted(payload: str) -> int:
            nonlocal written
            written += 1
            if written == 6:
                raise Unavailable("away")
            return real(payload)

        monkeypatch.setattr(log, "append_payload", interrupted)
        with pytest.raises(Unavailable):
            move_log(folder, log, ignored)
        assert log.head() == 5 and (folder / CHANGES).exists()
        assert move_log(folder, log, ignored) == 12
        assert [one.sequence for one in log.after(0)] == list(range(1, 13))


def test_a_running_service_keeps_its_log(folder: Path, postgres_server: Server) -> None:
    with target(postgres_server, folder) as log, SqliteChangeLog(folder / CHANGES) as own:
        with Follower(own, folder), pytest.raises(Conflict, match="another follower"):
            move_log(folder, log, ignored)
        assert log.head() == 0


def test_another_log_is_not_mixed_with_this_one(folder: Path, postgres_server: Server) -> None:
    other = PostgresChangeLog(postgres_server.empty_log())
    with other, pytest.raises(Conflict, match="another change log"):
        move_log(folder, other, ignored)
    with target(postgres_server, folder) as log:
        log.append(create("c"))
        with pytest.raises(Conflict, match="other changes"):
            move_log(folder, log, ignored)
    assert (folder / CHANGES).exists()


def test_somebody_who_writes_meanwhile_is_noticed(
    folder: Path, postgres_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with target(postgres_server, folder) as log:
        real = log.append_payload

        def append(payload: str) -> int:
            if log.head() == 3:
                with PostgresChangeLog(postgres_server.address()) as other:
                    other.append(create("c"))
            return real(payload)

        monkeypatch.setattr(log, "append_payload", append)
        with pytest.raises(Conflict, match="somebody else"):
            move_log(folder, log, ignored)
    assert (folder / CHANGES).exists()
