from __future__ import annotations

import time
from dataclasses import replace

import pytest

from tests.kernel.signing.rfc9421 import REQUEST, TRANSFORMED
from tutela.kernel.signing.signature_bases import Message, signature_base
from tutela.kernel.signing.structured_fields import InnerList, Item


def covering(*names: str) -> InnerList:
    return InnerList(items=tuple(Item(value=name) for name in names), parameters={"created": 1})


def line(message: Message, name: str) -> str:
    """The value of one component."""
    first, _, _ = signature_base(message, covering(name)).partition("\n")
    return first.removeprefix(f'"{name}": ')


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("@method", "POST"),
        ("@target-uri", "https://example.com/foo?param=Value&Pet=dog"),
        ("@authority", "example.com"),
        ("@scheme", "https"),
        ("@request-target", "/foo?param=Value&Pet=dog"),
        ("@path", "/foo"),
        ("@query", "?param=Value&Pet=dog"),
        ("content-length", "18"),
    ],
)
def test_components_of_the_rfc_s_request(name: str, value: str) -> None:
    assert line(REQUEST, name) == value


def test_the_base_ends_with_its_parameters_and_no_line_feed() -> None:
    assert signature_base(REQUEST, covering("@method", "date")) == (
        '"@method": POST\n"date": Tue, 20 Apr 2021 02:07:55 GMT\n'
        '"@signature-params": ("@method" "date");created=1'
    )


@pytest.mark.parametrize(
    ("scheme", "authority", "seen"),
    [
        ("https", "Example.COM:443", "example.com"),
        ("http", "example.com:80", "example.com"),
        ("http", "example.com:443", "example.com:443"),
        ("https", "example.com:8443", "example.com:8443"),
    ],
)
def test_the_authority_is_lower_case_and_without_the_default_port(
    scheme: str, authority: str, seen: str
) -> None:
    assert line(Message(method="GET", scheme=scheme, authority=authority), "@authority") == seen


def test_an_empty_path_is_a_slash_and_an_empty_query_differs_from_none() -> None:
    bare = Message(method="GET", authority="a.test", path="")
    assert line(bare, "@path") == "/" and line(bare, "@query") == "?"
    assert line(bare, "@target-uri") == "https://a.test/"
    assert line(replace(bare, query=""), "@target-uri") == "https://a.test/?"


def test_lines_of_one_field_are_joined_and_folds_become_a_space() -> None:
    assert line(TRANSFORMED, "accept") == "application/json, */*"
    folded = Message(fields=(("X-Note", "  one\r\n   two "), ("x-note", "three")))
    assert line(folded, "x-note") == "one two, three"


@pytest.mark.parametrize(
    "value", ["a" + " " * 40_000 + "b", "a" + "\n " * 40_000 + "b"], ids=["wide", "folded"]
)
def test_blanks_without_end_take_time_by_their_number_alone(value: str) -> None:
    message = replace(REQUEST, fields=(("x", value),))
    began = time.process_time()
    assert line(message, "x").startswith("a ")
    assert time.process_time() - began < 0.5


def test_a_response_has_a_status_and_nothing_of_a_request() -> None:
    answer = Message(status=503, fields=(("Date", "now"),))
    assert line(answer, "@status") == "503" and line(answer, "date") == "now"
    for name in ("@method", "@target-uri"):
        with pytest.raises(ValueError, match="no component"):
            line(answer, name)
    with pytest.raises(ValueError, match="no component @status"):
        line(REQUEST, "@status")


@pytest.mark.parametrize(
    ("message", "covered", "reason"),
    [
        (REQUEST, covering("@method", "@method"), "stands twice"),
        (REQUEST, covering("x-none"), "no field x-none"),
        (REQUEST, covering("Date"), "lower-case"),
        (REQUEST, covering("@query-param"), "no component"),
        (REQUEST, InnerList(items=(Item(value="date", parameters={"bs": True}),)), "without parameters"),
        (REQUEST, InnerList(items=(Item(value=1),)), "without parameters"),
        (replace(REQUEST, path="/\n@status: 200"), covering("@path"), "visible ASCII"),
        (Message(fields=(("x-a", "1\n2"),)), covering("x-a"), "line break"),
    ],
    ids=["twice", "absent", "capital", "parameter of a query", "parameter", "number", "injected", "broken"],
)
def test_what_cannot_be_covered_is_refused(message: Message, covered: InnerList, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        signature_base(message, covered)


def test_a_field_takes_the_place_of_its_name() -> None:
    changed = REQUEST.with_fields({"content-length": "19"})
    assert line(changed, "content-length") == "19" and changed.query == REQUEST.query
