"""The document is valid, complete and true: its examples are sent to the application in order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest
from starlette.routing import Route

from tests.detect.service import making
from tests.detect.service.living import Living, living
from tutela.detect.matching.headers import DISTANCE_BITS_MAX
from tutela.detect.matching.readers.values import KINDS
from tutela.detect.matching.shapes import Thresholds
from tutela.detect.service import entries_json, openapi, questions, values_json
from tutela.detect.service.app import build
from tutela.detect.service.changes import LIST_NAME
from tutela.detect.service.hook_bodies import REFERENCE_CHARACTERS_MAX, REFERENCE_HEADER
from tutela.detect.service.hooks_api import MESSAGES_MAX
from tutela.detect.service.outside.opinions import OutsideAnswer
from tutela.detect.service.outside.panel import Spoken
from tutela.kernel.taxonomy import legal_classes, schemes

DOCUMENT = openapi.document()
OPERATIONS = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
    if method != "parameters"
}
#: The story that the examples tell, one after the other.
STORY = (
    "createList",
    "putEntry",
    "addEntries",
    "match",
    "matchBatch",
    "hooks",
    "deadLetters",
    "redrive",
    "ready",
    "list",
    "lists",
    "entry",
    "disableEntry",
    "enableEntry",
    "removeEntry",
    "release",
    "retireList",
    "health",
    "metrics",
    "openapi",
)
TOKENS = {
    "match": "detail",
    "matchBatch": "detail",
    "metrics": "statistics",
    "lists": "statistics",
    "hooks": "statistics",
}


def validator(schema: dict[str, Any]) -> jsonschema.Draft202012Validator:
    """Checks values against a schema of the document, whose references begin at its root."""
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(
        {**schema, "components": DOCUMENT["components"]}, format_checker=checker
    )


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    """A response or parameter, with its reference followed."""
    found = node
    if "$ref" in node:
        found = DOCUMENT
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
    return found


def media(holder: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], list[tuple[str, Any]]]]:
    """(type, schema, named examples) of a request or response."""
    for kind, content in holder.get("content", {}).items():
        examples = [(name, one["value"]) for name, one in content.get("examples", {}).items()]
        if "example" in content:
            examples.append(("", content["example"]))
        yield kind, content["schema"], examples


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Living]:
    found = living(tmp_path)
    yield found
    found.close()


@pytest.mark.slow
def test_the_document_is_valid() -> None:
    import schemathesis

    schemathesis.openapi.from_dict(DOCUMENT).validate()
    for schema in DOCUMENT["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_example_is_what_its_schema_says() -> None:
    seen = 0
    for _, _, operation in OPERATIONS.values():
        holders = [resolved(answer) for answer in operation["responses"].values()]
        for holder in [operation.get("requestBody", {}), *holders]:
            for _, schema, examples in media(holder):
                for name, example in examples:
                    validator(schema).validate(example)
                    seen += 1 + bool(name)
    assert seen > 30


def test_every_address_is_in_the_document_and_nothing_else(here: Living) -> None:
    served = {
        (method, route.path)
        for route in build(here.service).router.routes
        if isinstance(route, Route) and not route.path.startswith(("/hma", "/arachnid", "/feed"))
        for method in route.methods or ()
        if method != "HEAD"
    }
    assert served == {(method, path) for method, path, _ in OPERATIONS.values()}


def test_the_examples_tell_one_story_that_the_application_agrees_with(here: Living) -> None:
    assert set(STORY) == set(OPERATIONS)
    for name in STORY:
        for kind, body, expected in asked(name):
            method, path, operation = OPERATIONS[name]
            address = path.replace("{list}", "hotline").replace("{entry}", "ent_1")
            address = address.replace("{endpoint}", "audit")
            content = {"content": body} if kind == "application/octet-stream" else {"json": body}
            token = "" if operation.get("security") == [] else TOKENS.get(name, "curate")
            answer = here.client(token).request(method, address, **(content if kind else {}))
            wanted = "409" if name == "release" else "201" if "201" in operation["responses"] else "200"
            assert str(answer.status_code) == wanted, (name, answer.text)
            check(name, wanted, answer, expected)


def asked(name: str) -> list[tuple[str, Any, str]]:
    """(type, body, name of the example of the answer) of each request of an operation; one without body."""
    _, _, operation = OPERATIONS[name]
    found: list[tuple[str, Any, str]] = []
    for kind, _, examples in media(operation.get("requestBody", {})):
        if kind == "application/octet-stream":
            found.append((kind, b"picture of a hill", "file"))
        found += [(kind, body, named) for named, body in examples]
    return found or [("", None, "")]


def check(name: str, status: str, answer: Any, example: str) -> None:
    """The answer has the type and the schema that are declared, and is the example word for word."""
    declared = resolved(OPERATIONS[name][2]["responses"][status])
    kind, schema, examples = next(media(declared))
    assert answer.headers["content-type"].startswith(kind)
    if kind == "application/json":
        validator(schema).validate(answer.json())
        for named, expected in examples:
            if named == example:
                assert answer.json() == expected, name


@pytest.mark.parametrize(
    ("method", "path", "body", "token", "status"),
    [
        ("PUT", "/v1/lists/hotline", {}, "", 401),
        ("PUT", "/v1/lists/hotline", {}, "statistics", 403),
        ("PUT", "/v1/lists/hotline", {}, "curate", 422),
        ("GET", "/v1/lists/hotline", None, "curate", 404),
        ("GET", "/v1/nothing", None, "curate", 404),
        ("POST", "/v1/match", {"prints": [{"kind": "pdq", "value": "0"}]}, "match", 422),
        ("POST", "/v1/match", {"prints": [{"kind": "pdq", "value": "ab" * 32}]}, "match", 503),
    ],
)
def test_a_refusal_is_a_problem_of_the_documents_form(
    here: Living, method: str, path: str, body: Any, token: str, status: int
) -> None:
    answer = here.client(token).request(method, path, json=body)
    assert answer.status_code == status
    validator({"$ref": "#/components/schemas/Problem"}).validate(answer.json())


def test_the_document_says_what_every_operation_can_refuse() -> None:
    for name, (_, _, operation) in OPERATIONS.items():
        if operation.get("security") != []:
            assert {"401", "403"} <= set(operation["responses"]), name
        if "requestBody" in operation:
            assert {"408", "413", "422", "429", "503"} <= set(operation["responses"]), name
        assert "500" not in operation["responses"], name


def test_the_limits_of_the_document_are_those_of_the_code() -> None:
    shapes = DOCUMENT["components"]["schemas"]
    entry = shapes["NewEntry"]["properties"]
    value = shapes["NewValue"]["properties"]
    usual = Thresholds()
    limits = shapes["NewList"]["properties"]["thresholds"]["properties"]
    assert set(entry) == set(entries_json.ENTRY_FIELDS)
    assert set(value) == set(values_json.VALUE_FIELDS)
    assert value["kind"]["enum"] == list(KINDS)
    assert entry["values"]["maxItems"] == values_json.VALUES_MAX
    assert entry["note"]["maxLength"] == entries_json.NOTE_MAX
    assert entry["law"]["maxLength"] == entries_json.TEXT_MAX
    assert value["value"]["maxLength"] == values_json.FILM_FRAMES_MAX * 64
    assert shapes["NewEntries"]["properties"]["entries"]["maxItems"] == entries_json.ENTRIES_MAX
    assert shapes["EntryId"]["pattern"] == entries_json.ENTRY_PATTERN
    assert entry["class"]["enum"] == [known.name for known in legal_classes()]
    assert entry["scheme"]["enum"] == [known.name for known in schemes()]
    assert limits["distance_bits"]["maximum"] == DISTANCE_BITS_MAX
    assert {name: limits[name]["default"] for name in limits} == {
        name: getattr(usual, name) for name in limits
    }
    parameters = DOCUMENT["components"]["parameters"]
    assert parameters["List"]["schema"]["pattern"] == f"^{LIST_NAME.pattern}$"


def test_the_limits_of_questions_are_those_of_the_code() -> None:
    shapes, settings = DOCUMENT["components"]["schemas"], making.service().settings
    question = shapes["Question"]["properties"]
    assert shapes["Print"]["properties"]["kind"]["enum"] == list(questions.ASKED_KINDS)
    assert question["prints"]["maxItems"] == settings.prints_max
    assert question["lists"]["maxItems"] == questions.LISTS_MAX
    assert shapes["Questions"]["properties"]["items"]["maxItems"] == settings.batch_items_max


def test_what_is_said_of_hooks_and_opinions_is_that_of_the_code() -> None:
    parameters, shapes = DOCUMENT["components"]["parameters"], DOCUMENT["components"]["schemas"]
    assert parameters["Reference"]["name"].lower() == REFERENCE_HEADER
    assert parameters["Reference"]["schema"]["maxLength"] == REFERENCE_CHARACTERS_MAX
    redrive = OPERATIONS["redrive"][2]["parameters"][0]["schema"]
    assert redrive["maxItems"] == MESSAGES_MAX
    silent = Spoken(name="a", version="1", simulated=True, why="busy").fields()
    said = OutsideAnswer(score=0.5, label="review", reasons=("a",), model="m")
    spoken = Spoken(name="a", version="1", simulated=True, answer=said).fields()
    for fields in (silent, spoken):
        validator(shapes["Opinion"]).validate(fields)
    assert set(shapes["Opinion"]["properties"]) == {*silent, *spoken}


def test_the_document_is_given_to_everybody_as_it_is(here: Living) -> None:
    answer = here.client("").get("/openapi.json")
    assert answer.content == openapi.text()
    assert answer.headers["content-type"] == "application/json"


def test_a_service_without_lists_is_not_ready_as_the_example_says(here: Living) -> None:
    answer = here.client("").get("/ready")
    assert answer.status_code == 503
    check("ready", "503", answer, "")
