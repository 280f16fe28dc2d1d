"""What the native API tells others of: web-hooks of a match, and outside opinions beside the status."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.detect.service import making, telling
from tests.detect.service.making import LISTED_PDQ
from tests.detect.service.telling import letters
from tests.detect.service.test_native import knowing
from tutela.detect.service.hook_bodies import ListNews
from tutela.detect.service.hooks import Hooks
from tutela.detect.service.outside.asking import panel_of
from tutela.detect.service.outside.panel import Panel
from tutela.detect.service.settings import ServiceSettings


@pytest.fixture
def hooks() -> Iterator[Hooks]:
    with telling.opened(waiting_max=1) as hooks:
        yield hooks


LISTED = {"prints": [{"kind": "pdq", "value": LISTED_PDQ.hex(), "quality": 100}]}
OTHER = {"prints": [{"kind": "md5", "value": "ab" * 16}]}


@pytest.mark.parametrize(
    ("path", "body"), [("/v1/match", LISTED), ("/v1/match/batch", {"items": [OTHER, LISTED]})]
)
def test_a_match_is_announced_with_the_callers_reference(hooks: Hooks, path: str, body: Any) -> None:
    client = making.client(making.service(hooks=hooks))
    answer = client.post(path, json=body, headers={"X-Tutela-Reference": "post-4711"})
    assert answer.status_code == 200
    assert "hooks_refused" not in answer.json()
    (data,) = letters(hooks)
    assert (data["status"], data["reference"]) == ("candidate", "post-4711")


def test_what_is_unknown_is_not_announced(hooks: Hooks) -> None:
    making.client(making.service(hooks=hooks)).post("/v1/match", json=OTHER)
    assert letters(hooks) == []


def test_a_full_queue_is_said_and_the_match_is_answered_all_the_same(hooks: Hooks) -> None:
    client = making.client(making.service(hooks=hooks))
    first, second = (client.post("/v1/match", json=LISTED).json() for _ in range(2))
    assert (first["status"], second["status"]) == ("candidate", "candidate")
    assert "hooks_refused" not in first
    assert second["hooks_refused"] == 1


@pytest.mark.parametrize("path", ["/v1/match", "/v1/match/batch"])
def test_a_reference_that_could_be_a_hash_is_refused_before_anything_is_asked(
    hooks: Hooks, path: str
) -> None:
    client = making.client(making.service(hooks=hooks))
    answer = client.post(path, json=LISTED, headers={"X-Tutela-Reference": "ab" * 16})
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "reference")
    assert "abab" not in answer.text
    assert letters(hooks) == []


def test_how_the_hooks_stand_is_asked_over_http_and_measured(hooks: Hooks) -> None:
    client = making.client(making.service(hooks=hooks), token="statistics")
    hooks.list_changed(ListNews(list="demo", version="2", change=2, act="add", added=1))
    assert [one["waiting"] for one in client.get("/v1/hooks").json()["endpoints"]] == [1]
    assert making.client(making.service(), token="statistics").get("/v1/hooks").status_code == 404


TERMS = {"legal_basis": "GDPR 6(1)(f), balanced on 2026-05-01", "leaves": ["bytes"]}


def asking(**terms: Any) -> Panel:
    chosen = {"opinions": ["photodna-simulator"], "opinion_terms": {"photodna-simulator": TERMS | terms}}
    return panel_of(ServiceSettings.model_validate(chosen))


def opened_as_png() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + bytes(64)


def test_opinions_stand_beside_the_status_for_the_role_detail_only() -> None:
    content = opened_as_png()
    panel = asking(options={"planted": [hashlib.sha256(content).hexdigest()]})
    running = making.service(panel=panel)
    said = making.client(running).post("/v1/match", content=content).json()
    (opinion,) = said["opinions"]
    assert said["status"] == "unknown"
    assert (opinion["name"], opinion["asked"], opinion["score"]) == ("photodna-simulator", True, 1.0)
    told = making.client(running, token="match").post("/v1/match", content=content).json()
    assert "opinions" not in told


def test_nobody_is_asked_about_the_known_or_about_what_is_no_picture() -> None:
    content = opened_as_png()
    running = making.service(panel=asking(), lists=knowing(content))
    said = making.client(running).post("/v1/match", content=content).json()
    assert (said["status"], said["opinions"]) == ("known", [])
    assert making.client(running).post("/v1/match", content=b"no picture").json()["opinions"] == []


def test_without_opinions_an_answer_says_nothing_of_them() -> None:
    answer = making.client(making.service()).post("/v1/match", content=opened_as_png())
    assert "opinions" not in answer.json()
