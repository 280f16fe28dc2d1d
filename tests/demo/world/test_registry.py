"""The registry answers, and its own bootstrap files lead to it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.demo.world.worlds import START, StillWorld, got
from tutela.demo.world.answers import Answer, Request
from tutela.demo.world.cast import place_of
from tutela.demo.world.registry import ALL_IN_ONE, Registry

PLACES = [place_of("one.test", 10, "NL"), place_of("two.test", 11, "FR"), place_of("three.test", 12, "DE")]


def ask(registry: Registry, path: str) -> tuple[Answer, Any]:
    headers = {"host": "registry.test:8080"}
    request = Request(method="GET", path=path, host="registry.test", source="127.0.0.1", headers=headers)
    answer = registry.answer(request, START)
    return answer, json.loads(answer.body) if answer.body else None


def a_registry() -> Registry:
    return Registry(PLACES, down=frozenset({"two.test"}), busy=frozenset({"three.test"}))


@pytest.mark.parametrize(
    ("path", "handle"),
    [
        ("ip/127.77.0.10", "NET-127-77-0-10"),
        ("ip/127.77.0.10/32", "NET-127-77-0-10"),
        ("ip/127.77.0.0/24", "NET-127-77-0-0"),
        ("domain/ONE.test", "DOM-ONE.TEST"),
        ("autnum/64522", "AS64522"),
        ("entity/ABUSE-ONE-HOSTING-TEST-TEST", "ABUSE-ONE-HOSTING-TEST-TEST"),
    ],
)
def test_it_has_every_kind_of_object(path: str, handle: str) -> None:
    answer, told = ask(a_registry(), f"/rdap/{path}")
    assert (answer.status, answer.content_type) == (200, "application/rdap+json")
    assert told["handle"] == handle


@pytest.mark.parametrize("path", ["/rdap/domain/nowhere.test", "/rdap/ip/192.0.2.1", "/rdap/", "/other"])
def test_what_it_has_not_is_an_error_object(path: str) -> None:
    answer, told = ask(a_registry(), path)
    assert (answer.status, told["errorCode"]) == (404, 404)


def test_it_can_be_down_or_busy_once() -> None:
    registry = a_registry()
    assert ask(registry, "/rdap/ip/127.77.0.11")[0].status == 503
    assert ask(registry, "/rdap/domain/two.test")[0].status == 503
    assert ask(registry, "/rdap/autnum/64523")[0].status == 503
    first, _ = ask(registry, "/rdap/ip/127.77.0.12")
    assert (first.status, dict(first.headers)["Retry-After"]) == (429, "1")
    assert ask(registry, "/rdap/ip/127.77.0.12")[0].status == 200


@pytest.mark.parametrize("name", ["dns", "ipv4", "ipv6", "asn", "object-tags"])
def test_the_bootstrap_files_lead_to_it(name: str) -> None:
    _, told = ask(a_registry(), f"/bootstrap/{name}.json")
    assert told["version"] == "1.0"
    for service in told["services"]:
        assert service[-1] == ["http://registry.test:8080/rdap/"]


def test_one_file_holds_the_four_others() -> None:
    registry = a_registry()
    _, told = ask(registry, f"/bootstrap/{ALL_IN_ONE}")
    assert told == {kind: ask(registry, f"/bootstrap/{kind}.json")[1] for kind in told}
    assert set(told) == {"dns", "ipv4", "ipv6", "asn"}
    assert ask(registry, "/bootstrap/other.json")[0].status == 404


def test_over_the_wire(world: StillWorld) -> None:
    status, body = got(world, world.bootstrap_url + "ipv4.json")
    base = json.loads(body)["services"][0][1][0]
    assert status == 200
    status, body = got(world, base + "ip/127.77.0.200")
    assert json.loads(body)["entities"][0]["entities"][0]["handle"] == "ABUSE-PROXY-TEST-TEST"
