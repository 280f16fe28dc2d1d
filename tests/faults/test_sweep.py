"""A careful flow survives the sweep; each careless one is found out; a sweep that hits nothing says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from proofs.faults.injector import Fault
from proofs.faults.places import Databases, Slot, slots
from proofs.faults.small_flow import STAGES
from proofs.faults.small_world import SmallFlow
from proofs.faults.sweep import Sweep, Swept, spread
from tests.postgres import Server

pytestmark = [pytest.mark.needs("linux"), pytest.mark.slow]


@pytest.fixture(scope="module")
def two() -> Iterator[list[Slot]]:
    with slots(2) as found:
        yield found


def swept(flow: SmallFlow, two: list[Slot], stage: str, number: int = 6) -> Swept:
    sweep = Sweep(flow=flow, slots=two)
    template = sweep.templates()[stage]
    return sweep.stage(stage, template, spread(sweep.counted(stage, template), number))


@pytest.mark.parametrize("stage", STAGES)
def test_the_careful_flow_survives_and_every_call_was_hit(two: list[Slot], stage: str) -> None:
    found = swept(SmallFlow(), two, stage, 8)
    assert found.violations == []
    assert len(found.points) >= 8
    assert all(point.exit == 137 for point in found.points)
    assert [one.exit for one in found.untouched] == [0]
    assert found.points[0].replay.endswith(f"{stage} {found.points[0].number}")
    if stage == "sender":
        assert any(point.in_doubt for point in found.points)


@pytest.mark.parametrize(
    ("careless", "stage", "calls", "invariant"),
    [
        ("acknowledge", "intake", "fdatasync", "I1"),
        ("timer", "sender", "sendto", "I2"),
        ("release", "checker", "fdatasync", "I3"),
        ("lease", "worker", "fdatasync", "I5"),
        ("counter", "intake", "fdatasync", "I8"),
    ],
)
def test_each_carelessness_is_found(
    two: list[Slot], careless: str, stage: str, calls: str, invariant: str
) -> None:
    sweep = Sweep(
        flow=SmallFlow(careless=careless), slots=two, fault=Fault(kind="kill", when=1, calls=(calls,))
    )
    found = sweep.stage(stage, sweep.templates()[stage])
    assert any(text.startswith(f"{invariant}: ") for _, text in found.violations)


def test_a_sweep_that_hits_nothing_is_no_proof(two: list[Slot]) -> None:
    found = swept(SmallFlow(), two, "checker", 0)
    assert found.faults_of_the_sweep()
    broken = replace(found.untouched[0], exit=1)
    alone = Swept(stage="checker", calls={}, untouched=[broken])
    assert alone.faults_of_the_sweep() == ["checker: no run went untouched to its end"]


def test_on_postgresql_databases_are_copied_from_a_template(postgres_server: Server) -> None:
    address = postgres_server.address("admin", "postgres")
    with slots(2, Databases(address=address)) as some:
        found = swept(SmallFlow(), some, "sender")
    assert found.violations == []
    assert found.faults_of_the_sweep() == []
    assert any(point.in_doubt for point in found.points)


def test_numbers_are_spread_over_all_calls() -> None:
    order = ["write"] * 10 + ["fsync"] + ["write"] * 10 + ["rename"]
    assert spread(order, 100) == list(range(1, 23))
    chosen = spread(order, 8)
    assert len(chosen) == 8
    assert {order[number - 1] for number in chosen} == {"write", "fsync", "rename"}
