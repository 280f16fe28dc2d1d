"""Canonical JSON and the fields of an untrusted object."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.matching.bundles.fields import Fields, canonical, parse_canonical

JSON = st.dictionaries(
    st.text(max_size=5),
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=3),
)


@given(JSON)
def test_an_object_has_one_text(value: dict[str, Any]) -> None:
    assert parse_canonical(canonical(value)).untrusted == value


@pytest.mark.parametrize(
    "text",
    [
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'{"a":1,"a":1}',
        '{"a":"ü"}'.encode(),
        b'{"a":1.00}',
        b'{"a":NaN}',
        b"[1]",
        b"1",
        b"",
        b"{",
        b"\xff",
        b"[" * 60_000,
        b'{"a":1}\n',
    ],
)
def test_any_other_text_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"header|JSON"):
        parse_canonical(text)


def test_fields_are_taken_by_kind() -> None:
    moment = "2026-01-02T03:04:05Z"
    fields = Fields({"t": "x", "f": True, "n": 3, "r": "00ff", "m": moment, "l": [1, 2]}, "it")
    assert (fields.text("t"), fields.flag("f"), fields.number("n", 3, 3)) == ("x", True, 3)
    assert (fields.raw("r", 2), fields.rows("l", 2)) == (b"\0\xff", [1, 2])
    assert fields.moment("m") == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    fields.finish()


@pytest.mark.parametrize(
    ("take", "values"),
    [
        (lambda fields: fields.text("x"), [1, None]),
        (lambda fields: fields.flag("x"), [1, "true", None]),
        (lambda fields: fields.number("x", 1, 5), [0, 6, True, 1.0, "1"]),
        (lambda fields: fields.raw("x", 2), ["00", "00FF", "zzzz", 1]),
        (lambda fields: fields.rows("x", 1), [[1, 2], {}, "a"]),
        (
            lambda fields: fields.moment("x"),
            ["2026-01-02", "2026-1-2T3:4:5Z", "2026-01-02T03:04:05+00:00", "0001-02-30T00:00:00Z"],
        ),
    ],
)
def test_what_is_of_another_kind_is_refused(take: Any, values: list[object]) -> None:
    for value in values:
        with pytest.raises(ValueError, match="it: x"):
            take(Fields({"x": value}, "it"))


def test_missing_and_unknown_fields_are_refused() -> None:
    with pytest.raises(ValueError, match="it lacks x"):
        Fields({}, "it").take("x")
    with pytest.raises(ValueError, match="does not know"):
        Fields({"x": 1}, "it").finish()
    with pytest.raises(ValueError, match="not an object"):
        Fields([], "it")
