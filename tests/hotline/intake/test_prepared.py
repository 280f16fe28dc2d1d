from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hotline.intake.making import a_prepared
from tutela.hotline.intake.prepared import parse, render
from tutela.kernel.formats import NewerFormatError

WHOLE = a_prepared(text="canary text", addresses="https://canary.test/secret", urgent="1")


def test_what_waits_comes_back_as_it_was() -> None:
    assert parse(render(WHOLE)) == WHOLE
    assert parse(render(a_prepared(text=""))).text_epoch == ""
    full = replace(a_prepared(referrer="a.test", way="self", age="13_15"), portal="nl", sender="helpline-a")
    full = replace(full, adds_to="e" * 64)
    assert parse(render(full)) == full and (full.way, full.age) == ("self", "13_15")
    assert full.addresses[0].referrer_sealed


def test_one_of_the_release_before_had_fewer_words() -> None:
    row = json.loads(render(WHOLE))
    for name in ("way", "age", "portal", "sender", "adds_to"):
        del row[name]
    assert parse(json.dumps(row).encode()) == WHOLE


def test_nothing_can_be_read_in_it() -> None:
    data = render(WHOLE)
    assert b"canary" not in data and b"secret" not in data and b"text" in data
    assert "canary" not in repr(WHOLE)


@pytest.mark.parametrize(
    "changed",
    [
        {"report_id": "rep_1"},
        {"receipt_digest": "zz"},
        {"received_at": "2026-01-01T00:00:00"},
        {"received_at": 7},
        {"addresses": [["AAAA", "AAAA", "AAAA"]]},
        {"addresses": [["AAAA"]]},
        {"addresses": 5},
        {"text_sealed": "?"},
        {"text_sealed": "AAAA"},
        {"way": "<b>"},
        {"sender": 7},
        {"addresses": [["AAAA", "AAAA", "AAAA", "AAAA"]]},
        {"v": 0},
    ],
    ids=range(13),
)
def test_a_report_that_was_altered_is_none(changed: dict[str, Any]) -> None:
    row = json.loads(render(WHOLE)) | changed
    with pytest.raises(ValueError):
        parse(json.dumps(row).encode())


def test_one_of_a_later_release_says_so() -> None:
    with pytest.raises(NewerFormatError):
        parse(json.dumps(json.loads(render(WHOLE)) | {"v": 2}).encode())


@given(st.binary(max_size=200))
def test_noise_is_no_report(noise: bytes) -> None:
    with pytest.raises(ValueError):
        parse(noise)


@given(st.data())
def test_a_report_that_was_cut_off_is_none(data: st.DataObject) -> None:
    whole = render(WHOLE).rstrip()
    with pytest.raises(ValueError):
        parse(whole[: data.draw(st.integers(0, len(whole) - 1))])
