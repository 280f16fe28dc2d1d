"""Fingerprints as JSON: what is well formed comes out as it was meant, anything else names its field."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.fingerprints.shapes import VALUE_BYTES
from tutela.detect.service.questions import (
    ASKED_KINDS,
    expected_value,
    parse_lists,
    parse_prints,
    queries_in,
    refuse_url,
)
from tutela.detect.service.strict_json import Fields
from tutela.kernel.errors import Invalid

HEX_KINDS = ("md5", "sha1", "sha256", "pdq")


def fields(**untrusted: Any) -> Fields:
    return Fields(place="", untrusted=untrusted)


def complaint(**untrusted: Any) -> Invalid | None:
    """What is wrong with a question, or None."""
    try:
        parse_prints(fields(**untrusted), prints_max=10)
    except Invalid as error:
        return error
    return None


@given(st.sampled_from(HEX_KINDS), st.data())
def test_a_value_comes_out_as_it_was_written(kind: str, data: st.DataObject) -> None:
    size = VALUE_BYTES[kind]
    value = data.draw(st.binary(min_size=size, max_size=size))
    text = data.draw(st.sampled_from([value.hex(), value.hex().upper()]))
    (made,) = parse_prints(fields(prints=[{"kind": kind, "value": text}]), prints_max=1)
    assert (made.kind, made.value, made.quality) == (kind, value, None)


@given(st.sampled_from(ASKED_KINDS), st.text(max_size=300))
def test_any_text_is_a_value_or_invalid_and_is_not_repeated(kind: str, text: str) -> None:
    error = complaint(prints=[{"kind": kind, "value": text}])
    if error is not None:
        assert error.field == "prints[0].value"
        assert len(text) < 8 or text not in error.public_message()


json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
)


@given(json_values)
def test_any_json_is_prints_or_invalid(value: Any) -> None:
    for untrusted in ({"prints": value}, {"prints": [value]}, {"prints": [{"kind": "pdq", "value": value}]}):
        error = complaint(**untrusted)
        assert error is None or error.field.startswith("prints")


def test_frames_of_a_film_are_frames_and_pictures_are_numbered() -> None:
    film = {"kind": "vpdq", "value": f"{1:064x}{2:064x}{1:064x}"}
    picture = {"kind": "pdq", "value": f"{3:064x}", "quality": 50}
    made = parse_prints(fields(prints=[film, picture]), prints_max=10)
    assert [one.form for one in made] == ["t0.000/r0", "t1.000/r0", "f1/r0"]
    assert {one.kind for one in made} == {"pdq"}


def test_a_value_with_blanks_around_it_is_refused() -> None:
    with pytest.raises(Invalid):
        parse_prints(fields(prints=[{"kind": "md5", "value": " " + "0" * 31}]), prints_max=1)


def test_lists_are_asked_once_each() -> None:
    assert parse_lists(fields()) == ()
    assert parse_lists(fields(lists=["b", "a", "b"])) == ("b", "a")


@pytest.mark.parametrize("names", [[], "demo", [1], ["x" * 101], None, {"a": 1}])
def test_what_names_no_list_is_refused(names: Any) -> None:
    with pytest.raises(Invalid) as caught:
        parse_lists(fields(lists=names))
    assert caught.value.field == "lists"


def test_an_address_is_refused_whatever_it_is_called() -> None:
    refuse_url(["prints", "lists"])
    for name in ("url", "urls", "uri", "media_url"):
        with pytest.raises(Invalid) as caught:
            refuse_url(["prints", name])
        assert caught.value.field == name


def test_every_kind_says_what_is_expected() -> None:
    assert all("hexadecimal" in expected_value(kind) for kind in ASKED_KINDS)


def test_a_file_has_one_digest_of_each_kind_and_more_are_more_queries() -> None:
    def prints(*said: tuple[str, int]) -> Any:
        asked = [{"kind": kind, "value": f"{number:02x}" * VALUE_BYTES[kind]} for kind, number in said]
        return parse_prints(fields(prints=asked), prints_max=10)

    assert queries_in(()) == 1
    assert queries_in(prints(("md5", 1), ("sha1", 1), ("sha256", 1), ("pdq", 1), ("pdq", 2))) == 1
    assert queries_in(prints(("md5", 1), ("md5", 1))) == 1
    assert queries_in(prints(("md5", 1), ("md5", 2), ("md5", 3), ("sha1", 1), ("sha1", 2))) == 3
