"""Orders: round trip; nameless, purposeless and double ones are refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernel.opener.opening import CASE, PERSON
from tutela.kernel.custody.blobs import BLOB_PREFIX
from tutela.kernel.errors import Refused
from tutela.kernel.ids import new_id
from tutela.kernel.opener.orders import OpenOrder, parse_order, render_order


@given(st.binary(min_size=1, max_size=100), st.sampled_from(["notice", "look", "hand_over", "reseal"]))
def test_an_order_comes_back(sealed: bytes, purpose: Any) -> None:
    order = OpenOrder(purpose=purpose, kind="process", who="sender", case=CASE, sealed=sealed)
    assert parse_order(render_order(order)) == order


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": "curiosity"},
        {"kind": "public"},
        {"who": ""},
        {"who": "sender"},
        {"case": ""},
        {"sealed": b""},
        {"blob": new_id(BLOB_PREFIX)},
        {"sealed": b"", "blob": "blb_x"},
        {"purpose": "tile"},
        {"purpose": "answer", "sealed": b"", "blob": f"{BLOB_PREFIX}{'0' * 32}"},
    ],
    ids=[
        "purpose",
        "kind",
        "nobody",
        "no person",
        "no case",
        "nothing",
        "both",
        "no id",
        "tile of a text",
        "answer of an object",
    ],
)
def test_what_is_not_whole_is_refused(change: dict[str, Any]) -> None:
    row = {"purpose": "look", "kind": "person", "who": PERSON, "case": CASE, "sealed": b"x"}
    with pytest.raises(Refused):
        OpenOrder(**{**row, **change})


@pytest.mark.parametrize("change", [{"v": 2}, {"sealed": "%"}, {"more": "1"}, {"who": 1}], ids=str)
def test_a_message_of_another_shape_is_none(change: dict[str, Any]) -> None:
    order = OpenOrder(purpose="look", kind="person", who=PERSON, case=CASE, sealed=b"x")
    with pytest.raises(ValueError):
        parse_order({**render_order(order), **change})
