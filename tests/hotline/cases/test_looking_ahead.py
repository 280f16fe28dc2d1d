"""What is asked ahead is asked of whoever registered, and its failure stops no fetch."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hotline.cases.making import CLOCK
from tests.hotline.cases.rig import rig
from tutela.hotline.cases import looking_ahead
from tutela.hotline.cases.equipment import Equipment
from tutela.hotline.cases.looking_ahead import Place, look_ahead, register_ahead
from tutela.kernel.errors import Invalid, Refused, Unavailable
from tutela.kernel.fetcher.orders import Fetched


@pytest.fixture(autouse=True)
def registered_before() -> Iterator[None]:
    before = list(looking_ahead._registered)
    looking_ahead._registered.clear()
    yield
    looking_ahead._registered[:] = before


@pytest.fixture
def tools() -> Equipment:
    with rig() as made:
        return made.equipment()


def fetched(url: str) -> Fetched:
    return Fetched(
        url=url,
        status=200,
        address="198.51.100.9",
        asked_address="198.51.100.7",
        certificate_sha256="",
        redirects=0,
        size_bytes=1,
        sha256="0" * 64,
        sha3_256="0" * 64,
        seconds=0.1,
        version="1",
        configuration="0" * 64,
        response_sealed=b"",
    )


FETCHED = fetched("http://host.test/a")


def test_nobody_asks_and_nothing_is_known(tools: Equipment) -> None:
    assert look_ahead(FETCHED, CLOCK.now(), tools) is None


def test_whoever_registered_last_is_told_where_and_when(tools: Equipment) -> None:
    asked: list[Place] = []
    register_ahead(lambda place: pytest.fail("another took its place"))

    def found(place: Place) -> str:
        asked.append(place)
        return "found"

    register_ahead(found)
    assert look_ahead(FETCHED, CLOCK.now(), tools) == "found"
    (place,) = asked
    assert (place.url.canonical, place.machine, place.at) == (
        "http://host.test/a",
        "198.51.100.7",
        CLOCK.now(),
    )
    assert place.tools is tools


@pytest.mark.parametrize("error", [Unavailable("away"), Refused("no"), Invalid("wrong")])
def test_what_cannot_be_found_out_now_is_none(tools: Equipment, error: Exception) -> None:
    def fails(place: Place) -> None:
        raise error

    register_ahead(fails)
    assert look_ahead(FETCHED, CLOCK.now(), tools) is None


def test_an_answer_without_an_address_is_none(tools: Equipment) -> None:
    register_ahead(lambda place: "found")
    assert look_ahead(fetched(""), CLOCK.now(), tools) is None
