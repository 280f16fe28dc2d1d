from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.detect.service.drafts import act, create
from tutela.detect.service.changes import Change, MemoryChangeLog
from tutela.detect.service.doctor.change_log import LogLook, change_log, look, look_over
from tutela.detect.service.sqlite_log import SqliteChangeLog
from tutela.kernel.errors import Invalid, Unavailable


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with SqliteChangeLog(tmp_path / "changes.sqlite") as log:
        log.append(create("known"))
        log.append(act("known", "retire"))
    return tmp_path / "changes.sqlite"


@pytest.fixture
def opened(path: Path) -> Iterator[SqliteChangeLog]:
    with SqliteChangeLog(path) as log:
        log.append(create("known"))
        yield log


def state(path: Path, applied: int = 2, followed: str = "") -> tuple[str, str]:
    told = change_log(lambda: look(path), applied=applied, followed=followed)
    return told.state, told.what


def written(path: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in path.parent.iterdir()}


def test_a_whole_log_passes_and_is_left_as_it_is(path: Path) -> None:
    before = written(path)
    assert state(path) == ("ok", "the change log is whole: 2 changes without a gap")
    assert written(path) == before


def test_a_log_in_use_is_read_beside_its_writer(path: Path, opened: SqliteChangeLog) -> None:
    assert look(path) == LogLook(identity=opened.identity, head=3)
    opened.append(act("known", "retire"))
    assert look(path).head == 4


def test_one_that_was_copied_while_open_is_left_to_the_service(
    path: Path, opened: SqliteChangeLog, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("changes.sqlite", "changes.sqlite-wal"):
        shutil.copy(path.with_name(name), copy / name)
    with pytest.raises(Unavailable):
        look(copy / "changes.sqlite")
    assert state(copy / "changes.sqlite")[0] == "warn"


def test_no_log_is_a_start_unless_lists_were_made_from_it(tmp_path: Path) -> None:
    assert state(tmp_path / "changes.sqlite", applied=0)[0] == "warn"
    assert state(tmp_path / "changes.sqlite", applied=1)[0] == "fail"


def test_a_missing_change_fails(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("DROP TRIGGER changes_no_delete")
        database.execute("DELETE FROM changes WHERE sequence = 1")
        database.commit()
    assert state(path) == ("fail", "the change log is damaged: acknowledged changes are missing in it")


def test_damaged_pages_fail(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[4096 + 8 : 4096 + 200] = b"\xff" * 192
    path.write_bytes(raw)
    assert state(path)[0] == "fail"


@pytest.mark.parametrize("content", [b"", b"no database at all, but text", bytes(8192)])
def test_another_file_fails(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "changes.sqlite").write_bytes(content)
    with pytest.raises(Invalid):
        look(tmp_path / "changes.sqlite")
    assert state(tmp_path / "changes.sqlite")[0] == "fail"


def test_a_log_of_a_later_release_fails(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE meta SET value = '99' WHERE name = 'schema'")
        database.commit()
    assert state(path)[0] == "fail"


def test_another_log_and_an_older_one_fail(path: Path) -> None:
    assert state(path, followed=look(path).identity)[0] == "ok"
    assert "another change log" in state(path, followed="0" * 32)[1]
    told = change_log(lambda: look(path), applied=3, followed="")
    assert (told.state, "went back" in told.what) == ("fail", True)


def test_a_log_of_several_machines_is_read_at_its_end() -> None:
    log = MemoryChangeLog()
    assert look_over(log) == LogLook(identity=log.identity, head=0)
    for _ in range(3):
        log.append(create("known"))
    assert look_over(log) == LogLook(identity=log.identity, head=3)


def test_a_gap_at_the_end_of_a_log_of_several_machines_is_told() -> None:
    class Holed(MemoryChangeLog):
        def after(self, sequence: int, limit: int = 1_000) -> list[Change]:
            return super().after(sequence + 1, limit)

    log = Holed()
    for _ in range(3):
        log.append(create("known"))
    assert look_over(log).damage


def test_a_log_that_is_away_is_no_damage() -> None:
    def away() -> LogLook:
        raise Unavailable("the change log cannot be reached")

    assert change_log(away, applied=3, followed="").state == "warn"


def test_an_address_that_cannot_be_right_says_why_and_shows_nothing() -> None:
    def wrong() -> LogLook:
        raise Invalid(
            "is an address such as postgresql://tutela@db.example/tutela", field="service.change_log"
        )

    told = change_log(wrong, applied=0, followed="")
    assert (told.state, told.advice.startswith("service.change_log: is an address")) == ("fail", True)


def test_a_file_that_may_not_be_read_fails() -> None:
    def shut() -> LogLook:
        raise PermissionError

    assert change_log(shut, applied=0, followed="").state == "fail"
