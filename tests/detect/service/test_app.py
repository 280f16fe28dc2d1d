"""The application as a whole: which routes there are, and that it ends what it began."""

from __future__ import annotations

from tests.detect.service import making
from tutela.detect.service.access_log import leaves
from tutela.detect.service.app import build
from tutela.detect.service.settings import ServiceSettings


def test_the_native_routes_are_there() -> None:
    paths = {route.path for route in leaves(build(making.service()).routes)}
    assert paths >= {"/v1/match", "/v1/match/batch", "/health", "/ready", "/metrics"}


def test_names_and_paths_of_routes_are_told_apart() -> None:
    routes = leaves(build(making.service()).routes)
    places = [(route.path, method) for route in routes for method in route.methods or ()]
    assert len(places) == len(set(places))


def test_two_applications_count_for_themselves() -> None:
    one, two = making.service(), making.service()
    making.client(one).get("/health")
    assert b'route="health"' in one.figures.metrics.exposition()
    assert b'route="health"' not in two.figures.metrics.exposition()


def test_a_caller_with_too_many_requests_in_hand_is_told_to_come_back() -> None:
    running = making.service(settings=ServiceSettings(caller_requests_max=1))
    client = making.client(running, token="match")
    with running.admission.place():
        running.admission.belongs(running.tokens.caller("match").id)
        answer = client.post("/v1/match", content=b"picture of a hill")
        other = making.client(running, token="detail").post("/v1/match", content=b"picture of a hill")
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "busy")
    assert other.status_code == 200
    assert client.post("/v1/match", content=b"picture of a hill").status_code == 200
