"""What counts as a large table that a page reads from end to end on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from proofs import house_pages
from tests.postgres import Server
from tutela.demo.postgres_server import ADMIN

#: Rows of the large one by state.
COUNTED = '"thing"."state" AS "state", COUNT(*) AS "number" FROM "thing" '


@pytest.fixture
def things(postgres_server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[psycopg.Connection[Any]]:
    """A table of 2,000 rows that counts as large, and one of 2 that does not."""
    monkeypatch.setattr(house_pages, "SMALL_ROWS", 100)
    with postgres_server.connected(ADMIN) as database:
        for name, rows in (("thing", 2_000), ("few", 2)):
            columns = "n AS id, n % 3 AS state, repeat('x', n % 90) AS text"
            database.execute(
                f"CREATE TABLE {name} AS SELECT {columns} FROM generate_series(1, {rows}) n".encode()
            )
            database.execute(f"ALTER TABLE {name} ADD PRIMARY KEY (id)".encode())
            database.execute(f"ANALYZE {name}".encode())
        monkeypatch.setattr(house_pages, "connection", database)
        yield database
        database.execute("DROP TABLE thing, few")


@pytest.mark.needs("postgres")
@pytest.mark.parametrize(
    ("asked", "tables"),
    [
        ('"thing"."text" FROM "thing" WHERE "thing"."id" = 7', []),
        ('"thing"."text" FROM "thing" WHERE "thing"."text" = \'y\'', ["thing"]),
        ('"few"."text" FROM "few" WHERE "few"."text" = \'y\'', []),
        (COUNTED + "GROUP BY 1", []),
        (COUNTED + "WHERE \"text\" = '' GROUP BY 1", ["thing"]),
    ],
)
def test_a_large_table_is_read_whole_where_no_index_leads_to_its_rows(
    things: psycopg.Connection[Any], asked: str, tables: list[str]
) -> None:
    assert list(house_pages._read_whole("SELECT " + asked)) == tables
