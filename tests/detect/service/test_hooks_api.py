"""Web-hooks over HTTP: who may see how they stand, and who may drive dead letters again."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.applications import Starlette

from tests.detect.service import making
from tutela.detect.service.hook_bodies import ListNews
from tutela.detect.service.hook_courier import RecordingCourier
from tutela.detect.service.hook_endpoints import Endpoint
from tutela.detect.service.hook_queue import HookQueue
from tutela.detect.service.hook_signing import new_secret
from tutela.detect.service.hooks import Hooks
from tutela.detect.service.hooks_api import MESSAGES_MAX, routes
from tutela.detect.service.problems import HANDLERS
from tutela.kernel.clock import FixedClock

with warnings.catch_warnings():  # it asks for httpx2, and does the same with the httpx that is here
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient


@dataclass(kw_only=True)
class Here:
    """A service with one endpoint whose receiver is gone for two messages, then there."""

    app: Starlette
    hooks: Hooks
    message: str

    def client(self, token: str = "curate") -> TestClient:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return TestClient(self.app, headers=headers, raise_server_exceptions=False)


@pytest.fixture
def here() -> Iterator[Here]:
    clock = FixedClock(making.START)
    endpoint = Endpoint(name="desk", url="https://desk.example/in?key=token", secrets=(new_secret(),))
    with HookQueue(None) as queue:
        hooks = Hooks([endpoint], queue, RecordingCourier(outcomes=[410, 200]), clock=clock)
        news = ListNews(list="hotline", version="2", change=2, act="add", added=1)
        message = hooks.list_changed(news).message
        hooks.list_changed(news)
        hooks.step("desk")
        service = making.service(clock=clock)
        app = Starlette(routes=routes(service, hooks), exception_handlers=HANDLERS)
        yield Here(app=app, hooks=hooks, message=message)
        service.close()


def test_the_counts_are_for_statistics(here: Here) -> None:
    answer = here.client("statistics").get("/v1/hooks")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json() == {
        "endpoints": [
            {
                "endpoint": "desk", "disabled": True, "held_until": None, "waiting": 0, "oldest": None,
                "dead": 2, "refused": 0, "dropped": 0, "delivered": 0,
            }
        ]
    }  # fmt: skip


def test_dead_letters_are_shown_without_bodies_and_addresses(here: Here) -> None:
    answer = here.client().get("/v1/hooks/desk/dead")
    first = answer.json()["dead"][0]
    assert (first["message"], first["attempts"], first["outcome"]) == (here.message, 1, "http_410")
    assert first["made"].endswith("Z")
    assert "desk.example" not in answer.text and "hotline" not in answer.text
    assert here.client().get("/v1/hooks/other/dead").json() == {"dead": []}


def test_dead_letters_are_driven_again_one_or_all(here: Here) -> None:
    client = here.client()
    answer = client.post("/v1/hooks/desk/redrive", params={"message": here.message})
    assert (answer.status_code, answer.json()) == (200, {"redriven": 1})
    assert client.post("/v1/hooks/desk/redrive").json() == {"redriven": 1}
    assert [here.hooks.step("desk") for _ in range(3)] == [1, 1, 0]
    assert here.hooks.states()[0].delivered == 2


def test_an_endpoint_that_is_not_there_is_refused(here: Here) -> None:
    assert here.client().post("/v1/hooks/other/redrive").status_code == 404


@pytest.mark.parametrize("message", ["msg_1", "' OR 1=1", ["msg_" + "a" * 32] * (MESSAGES_MAX + 1)])
def test_wrong_ids_are_named(here: Here, message: Any) -> None:
    answer = here.client().post("/v1/hooks/desk/redrive", params={"message": message})
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "message")


@pytest.mark.parametrize(
    ("method", "path", "token", "status"),
    [
        ("GET", "/v1/hooks", "match", 403),
        ("GET", "/v1/hooks", "detail", 403),
        ("GET", "/v1/hooks", "", 401),
        ("GET", "/v1/hooks/desk/dead", "statistics", 403),
        ("POST", "/v1/hooks/desk/redrive", "statistics", 403),
        ("POST", "/v1/hooks/desk/redrive", "", 401),
    ],
)
def test_each_address_has_its_role(here: Here, method: str, path: str, token: str, status: int) -> None:
    assert here.client(token).request(method, path).status_code == status
