"""A model that points elsewhere, or uses what is not ONNX's own, is found wherever it is hidden."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.stand_in_class import graph, model, node, number, part, tensor
from tutela.prevent.guard.classes.onnx_scan import check_onnx

EXTERNAL = tensor("w", (1,), (0,)) + number(14, 1)
ELSEWHERE = tensor("w", (1,), (0,)) + part(13, part(1, "location") + part(2, "/etc/passwd"))
STRANGE = node("Run", ("a",), "b") + part(7, "com.example")


def of_graph(inside: bytes) -> bytes:
    return number(1, 8) + part(7, inside)


def branch(inside: bytes) -> bytes:
    """A graph with a node that holds another graph."""
    return part(1, node("If", ("a",), "b", part(5, part(1, "then_branch") + part(6, inside))))


HIDDEN = {
    "initializer": of_graph(part(5, EXTERNAL)),
    "initializer elsewhere": of_graph(part(5, ELSEWHERE)),
    "sparse values": of_graph(part(15, part(1, EXTERNAL))),
    "sparse indices": of_graph(part(15, part(2, ELSEWHERE))),
    "attribute": of_graph(part(1, node("Constant", (), "b", part(5, part(5, EXTERNAL))))),
    "attribute of several": of_graph(part(1, node("X", (), "b", part(5, part(10, EXTERNAL))))),
    "sparse attribute": of_graph(part(1, node("X", (), "b", part(5, part(22, part(1, EXTERNAL)))))),
    "sparse attributes": of_graph(part(1, node("X", (), "b", part(5, part(23, part(1, EXTERNAL)))))),
    "branch": of_graph(branch(part(5, EXTERNAL))),
    "branch of several": of_graph(part(1, node("X", (), "b", part(5, part(11, part(5, EXTERNAL)))))),
    "branch in a branch": of_graph(branch(branch(part(5, ELSEWHERE)))),
    "training": of_graph(b"") + part(20, part(1, part(5, EXTERNAL))),
    "training algorithm": of_graph(b"") + part(20, part(2, part(5, EXTERNAL))),
    "function": of_graph(b"") + part(25, part(7, node("X", (), "b", part(5, part(5, EXTERNAL))))),
    "function attribute": of_graph(b"") + part(25, part(11, part(5, EXTERNAL))),
    "operator": of_graph(part(1, STRANGE)),
    "operator in a branch": of_graph(branch(part(1, STRANGE))),
    "second graph": model() + part(7, part(5, EXTERNAL)),
}


def test_the_stand_in_class_stands_for_itself() -> None:
    check_onnx(model())
    check_onnx(memoryview(of_graph(part(1, node("Add", ("a",), "b") + part(7, "ai.onnx")))))


@pytest.mark.parametrize("place", HIDDEN)
def test_what_points_elsewhere_is_found(place: str) -> None:
    with pytest.raises(ValueError, match=r"another file|not ONNX's own"):
        check_onnx(HIDDEN[place])


def test_a_location_of_zero_is_no_other_file() -> None:
    check_onnx(of_graph(part(5, tensor("w", (1,), (0,)) + number(14, 0))))


BROKEN = {
    "nothing": b"",
    "no graph": number(1, 8),
    "cut off": model()[:-3],
    "length beyond the end": of_graph(graph())[:4],
    "endless number": b"\xff" * 20,
    "group": b"\x3b" + b"\x3c",
    "text": b"this is no model at all",
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_model_is_an_error(name: str) -> None:
    with pytest.raises(ValueError):
        check_onnx(BROKEN[name])


def test_graphs_are_not_followed_for_ever() -> None:
    inside = b""
    for _ in range(40):
        inside = branch(inside)
    with pytest.raises(ValueError, match="nested"):
        check_onnx(of_graph(inside))


@given(st.binary(max_size=200))
def test_any_bytes_are_checked_or_an_error(untrusted: bytes) -> None:
    for data in (untrusted, model() + untrusted, of_graph(untrusted)):
        try:
            check_onnx(data)
        except ValueError:
            continue
