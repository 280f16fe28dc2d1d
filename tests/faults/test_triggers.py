"""One named statement fails by trigger: the transaction is whole or nothing, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from proofs.faults.flow import Place, ran
from proofs.faults.places import Databases, slots
from proofs.faults.small_flow import TABLES
from proofs.faults.small_world import SmallFlow
from proofs.faults.triggers import execute, failing_statement, tables
from proofs.faults.world import check_invariants
from tests.needs import skip_without
from tests.postgres import Server

pytestmark = [pytest.mark.needs("linux"), pytest.mark.slow]
FLOW = SmallFlow()


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    databases = None
    if request.param == "postgres":
        skip_without("postgres")
        server: Server = request.getfixturevalue("postgres_server")
        databases = Databases(address=server.address("admin", "postgres"))
    with slots(1, databases) as (slot,):
        made = slot.empty()
        FLOW.prepare(made)
        yield made


def test_every_table_is_found(place: Place) -> None:
    assert tables(place) == sorted(TABLES)


def test_a_stage_whose_statement_fails_does_all_or_nothing(place: Place) -> None:
    for table in ("report", "job", "log"):
        with failing_statement(place, table, "INSERT"):
            done = ran(FLOW.command("intake"), place)
        assert done.exit != 0 and "planted by FI-08" in done.complained
        assert done.acknowledged == frozenset()
    assert execute(place, "SELECT count(*) FROM report") == [(0,)]
    done = ran(FLOW.command("intake"), place)
    assert done.exit == 0
    recovered = FLOW.recover(place)
    assert check_invariants(FLOW.world(place, done.acknowledged, recovered)) == []


@pytest.mark.parametrize(("table", "operation"), [("report; DROP", "INSERT"), ("report", "TRUNCATE")])
def test_only_names_stand_in_statements(place: Place, table: str, operation: str) -> None:
    with pytest.raises(ValueError, match="table's name"), failing_statement(place, table, operation):
        pass
