"""Arachnid Shield's shape: Basic login, classifications, null for no match."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.serving import served
from tutela.detect.service.conformance.shapes.arachnid import ArachnidSubject
from tutela.detect.service.conformance.shapes.contract import Answer, Entry, Hit, Misbehaved, Reply, Upload
from tutela.detect.service.conformance.wire import Wire

KNOWN = bytes(32)
TOKEN = "user:right"


async def media(request: Request) -> JSONResponse:
    expected = "Basic " + base64.b64encode(TOKEN.encode()).decode()
    if request.headers.get("authorization") != expected:
        return JSONResponse({"detail": "no"}, status_code=401)
    known = await request.body() == b"known"
    return JSONResponse({"classification": "csam" if known else "no-known-match"})


async def pdq(request: Request) -> JSONResponse:
    (spelled,) = (await request.json())["hashes"]
    value = base64.b64decode(spelled)
    found = {"classification": "csam"} if value == KNOWN else None
    return JSONResponse({"scanned_hashes": {} if len(value) != 32 else {spelled: found}})


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    routes = [Route("/v1/media/", media, methods=["POST"]), Route("/v1/pdq/", pdq, methods=["POST"])]
    with served(Starlette(routes=routes)) as address:
        yield address


def test_questions_are_asked_and_read(url: str) -> None:
    subject = ArachnidSubject(Wire(url), TOKEN)
    assert subject.ask_picture(b"known") == Answer(hits=(Hit(list="csam"),))
    assert subject.ask_picture(b"other") == Answer()
    assert subject.ask_hash(KNOWN).hits == (Hit(list="csam"),)
    assert subject.ask_hash(bytes([1] * 32)) == Answer()
    assert subject.send(Upload(data=b"known"), token="user:wrong").status == 401
    with pytest.raises(Misbehaved):
        subject.ask_hash(b"short")


def test_a_token_without_a_user_is_a_password() -> None:
    assert ArachnidSubject(Wire("http://h"), "secret")._login(None) == {
        "Authorization": "Basic " + base64.b64encode(b":secret").decode()
    }
    assert ArachnidSubject(Wire("http://h"))._login(None) == {}


def test_nothing_can_be_changed_over_the_shape() -> None:
    subject = ArachnidSubject(Wire("http://h"))
    assert subject.abilities == {"ask_picture", "ask_hash"}
    assert "token" in ArachnidSubject(Wire("http://h"), TOKEN).abilities
    assert subject.list_name("x") == "x"
    entry = Entry(list="x", name="y")
    for call in (
        lambda: subject.create_list("x"),
        lambda: subject.delete_list("x"),
        lambda: subject.add_picture("x", "y", b""),
        lambda: subject.add_hash("x", "y", b""),
        lambda: subject.remove(entry),
        lambda: subject.ask_batch([]),
    ):
        with pytest.raises(Misbehaved):
            call()


@pytest.mark.parametrize("said", [[], {}, {"classification": None}])
def test_other_answers_misbehave(said: object) -> None:
    with pytest.raises(Misbehaved):
        ArachnidSubject(Wire("http://h")).parse(Reply(status=200, body=json.dumps(said).encode()))
