"""A crowd of plain hosts."""

from __future__ import annotations

import pytest

from tests.demo.world.worlds import START, StillWorld, got
from tutela.demo.world.answers import Request
from tutela.demo.world.crowd import CrowdHost, crowd_address, crowd_names, is_gone


def test_it_shows_one_picture_at_any_number_but_every_tenth() -> None:
    def status(path: str) -> int:
        request = Request(method="GET", path=path, host="crowd-000.test", source="127.0.0.1")
        return CrowdHost().answer(request, START).status

    assert [status(f"/n/{number}.jpg") for number in (0, 9, 123_450, 123_459)] == [200, 404, 200, 404]
    assert status("/other") == 404
    assert is_gone(19)
    assert not is_gone(20)


def test_there_is_room_for_a_hundred() -> None:
    assert crowd_names(100)[-1] == "crowd-099.test"
    assert crowd_address(99) == "127.77.0.199"
    with pytest.raises(ValueError, match="100"):
        crowd_names(101)


def test_a_world_has_them_when_it_is_asked() -> None:
    with StillWorld(crowd=3) as world:
        assert got(world, world.url_of("crowd-002.test", "/n/1.jpg"))[0] == 200
        assert world.names.addresses("crowd-002.test") == [crowd_address(2)]
