"""One transaction: whole or not at all, and the connection is free for the next one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tutela.detect.service.transactions import transaction


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    database = sqlite3.connect(tmp_path / "a.sqlite", isolation_level=None, timeout=0.05)
    database.execute("CREATE TABLE kept (number INTEGER PRIMARY KEY)")
    yield database
    database.close()


def numbers(database: sqlite3.Connection) -> list[int]:
    return [number for (number,) in database.execute("SELECT number FROM kept ORDER BY number")]


def test_what_is_written_is_kept(database: sqlite3.Connection) -> None:
    with transaction(database) as writing:
        writing.execute("INSERT INTO kept VALUES (1)")
        assert database.in_transaction
    assert (numbers(database), database.in_transaction) == ([1], False)


@pytest.mark.parametrize("fault", [KeyboardInterrupt, ValueError])
def test_a_fault_on_the_way_leaves_nothing(database: sqlite3.Connection, fault: type[BaseException]) -> None:
    with pytest.raises(fault), transaction(database) as writing:
        writing.execute("INSERT INTO kept VALUES (1)")
        raise fault
    with transaction(database) as writing:
        writing.execute("INSERT INTO kept VALUES (2)")
    assert numbers(database) == [2]


def test_somebody_else_who_writes_is_waited_for_at_the_beginning(
    database: sqlite3.Connection, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "a.sqlite", isolation_level=None)
    with transaction(other), pytest.raises(sqlite3.OperationalError, match="locked"), transaction(database):
        pytest.fail("it began beside the other one")
    other.close()
    assert not database.in_transaction
