from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tutela.detect.service.strict_json import Fields, as_object, check_known, load_object, parse_moment
from tutela.kernel.errors import Invalid

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)

OFFSETS = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def fields(**named: Any) -> Fields:
    return Fields(place="entries[2]", untrusted=named)


@given(st.dictionaries(st.text(max_size=5), JSON_VALUES, max_size=4))
def test_any_object_is_read_as_json_reads_it(value: dict[str, Any]) -> None:
    assert load_object(json.dumps(value).encode()).untrusted == value


@given(st.binary(max_size=60))
def test_any_other_body_is_invalid(body: bytes) -> None:
    assume(not body.strip().startswith(b"{"))
    with pytest.raises(Invalid) as caught:
        load_object(body)
    assert caught.value.field == "body"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'"text"',
        b"null",
        b"{",
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b'\xff{"a": 1}',
        '{"a": 1}'.encode("utf-16"),
        b"[" * 100_000,
        b'{"a": ' + b"9" * 5_000 + b"}",
    ],
)
def test_a_body_that_is_not_one_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        load_object(body)
    assert caught.value.field == "body"


def test_an_unknown_field_is_named_with_its_place() -> None:
    with pytest.raises(Invalid) as caught:
        check_known(fields(kind="pdq", extra=1), ("kind",))
    assert caught.value.field == "entries[2].extra"
    assert "kind" in caught.value.message


def test_the_name_of_an_unknown_field_is_not_repeated_when_it_may_be_a_value() -> None:
    value = "d41d8cd98f00b204e9800998ecf8427e"
    with pytest.raises(Invalid) as caught:
        check_known(fields(**{value: 1}), ("kind",))
    assert value not in caught.value.public_message()


@pytest.mark.parametrize("value", [1, None, ["a"], "x" * 9, "two\nlines", "\ud800", "bell\x07"])
def test_a_text_that_is_none_is_refused_without_repeating_it(value: object) -> None:
    with pytest.raises(Invalid) as caught:
        fields(law=value).text("law", characters_max=8)
    assert caught.value.field == "entries[2].law"
    assert not isinstance(value, str) or value not in caught.value.message


def test_a_needed_text_must_say_something() -> None:
    assert fields(law="x").text("law", characters_max=8, needed=True) == "x"
    assert fields().text("law", characters_max=8) == ""
    for wrong in (fields(), fields(law=""), fields(law="  ")):
        with pytest.raises(Invalid):
            wrong.text("law", characters_max=8, needed=True)


@pytest.mark.parametrize("value", [True, 1.0, "1", -1, 101, None])
def test_a_number_out_of_bounds_or_of_another_type_is_refused(value: object) -> None:
    with pytest.raises(Invalid):
        fields(n=value).number("n", 0, 100)


def test_a_number_within_bounds_is_itself_and_a_missing_one_is_none() -> None:
    assert fields(n=0).number("n", 0, 100) == 0
    assert fields().number("n", 0, 100) is None


@pytest.mark.parametrize("value", [True, "1", -0.1, 100.5, None])
def test_a_percentage_is_a_number_up_to_a_hundred(value: object) -> None:
    assert fields(n=80).percent("n") == 80.0
    assert fields().percent("n") is None
    with pytest.raises(Invalid):
        fields(n=value).percent("n")


def test_a_flag_is_true_or_false_and_nothing_like_it() -> None:
    assert fields(n=True).flag("n") is True
    assert fields().flag("n") is False
    for wrong in (1, "true", None):
        with pytest.raises(Invalid):
            fields(n=wrong).flag("n")


@pytest.mark.parametrize("value", [None, {}, "ab", [], [1, 2, 3]])
def test_a_list_has_at_least_one_thing_and_not_too_many(value: object) -> None:
    with pytest.raises(Invalid):
        fields(n=value).items("n", count_max=2)
    assert fields(n=[1, 2]).items("n", count_max=2) == [1, 2]


def test_only_objects_have_fields() -> None:
    with pytest.raises(Invalid) as caught:
        as_object([], "entries[0]")
    assert caught.value.field == "entries[0]"


@given(st.datetimes(timezones=st.just(UTC) | OFFSETS))
def test_a_written_moment_comes_back(moment: datetime) -> None:
    assume(2 < moment.year < 9998)
    assert parse_moment(moment.isoformat()) == moment
    assert parse_moment(moment.astimezone(UTC).isoformat().replace("+00:00", "Z")) == moment


@pytest.mark.parametrize(
    "value",
    [
        "2026-01-31",
        "2026-01-31T12:00:00",
        "2026-13-31T12:00:00Z",
        "20260131T120000Z",
        "2026-W05-6T12:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "٢026-01-31T12:00:00Z",
        "",
        12,
        True,
    ],
)
def test_a_moment_without_zone_or_in_another_form_is_refused(value: object) -> None:
    with pytest.raises(Invalid) as caught:
        fields(valid_to=value).moment("valid_to")
    assert caught.value.field == "entries[2].valid_to"


def test_a_moment_that_is_not_there_is_none() -> None:
    assert fields().moment("valid_to") is None
    assert fields(valid_to=None).moment("valid_to") is None
    assert fields(valid_to="2026-01-31t12:00:00.5z").moment("valid_to") == datetime(
        2026, 1, 31, 12, 0, 0, 500_000, tzinfo=UTC
    )
