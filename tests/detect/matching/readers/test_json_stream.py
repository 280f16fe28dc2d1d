from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.matching.readers import json_stream
from tutela.detect.matching.readers.json_stream import JsonStream
from tutela.detect.matching.readers.opening import open_text

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


def walked(stream: JsonStream) -> Any:
    """The document, put together member by member."""
    following = stream.peek()
    if following == "{":
        return {key: walked(stream) for key in stream.members()}
    if following == "[":
        return [walked(stream) for _ in stream.items()]
    return stream.value()


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "CHUNK_CHARACTERS", 3)


@given(VALUES, st.sampled_from([None, 1]), st.sampled_from([1, 2, 7, 1 << 20]))
def test_a_walk_gives_what_the_decoder_gives(value: Any, indent: int | None, chunk: int) -> None:
    before = json_stream.CHUNK_CHARACTERS
    json_stream.CHUNK_CHARACTERS = chunk
    try:
        stream = JsonStream(io.StringIO(f" {json.dumps(value, indent=indent)}\n"))
        assert walked(stream) == value
        stream.end()
    finally:
        json_stream.CHUNK_CHARACTERS = before


@pytest.mark.usefixtures("small_chunks")
def test_numbers_at_the_edge_of_what_was_read_are_whole() -> None:
    assert JsonStream(io.StringIO("1234567890")).value() == 1234567890
    assert walked(JsonStream(io.StringIO("[12345,-1.5e10]"))) == [12345, -1.5e10]


@pytest.mark.usefixtures("small_chunks")
def test_lines_are_counted_over_chunks() -> None:
    stream = JsonStream(io.StringIO('{\n"a":\n\n1,\n"b": 2}'))
    lines = []
    for _ in stream.members():
        stream.value()
        lines.append(stream.line())
    assert lines == [4, 5]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: { is missing"),
        ("[1]", "{ is missing"),
        ('{"a" 1}', ": is missing"),
        ('{"a":1\n"b":2}', "line 2: , is missing"),
        ("{1:2}", "a member without a name"),
        ('{"a":}', "not JSON, or cut off"),
        ('{"a":[1,2', "not JSON, or cut off"),
        ('{"a":1', ", is missing"),
        ('{"a":1}x', "more text after"),
        ('{"a":NaN}', "NaN is not JSON"),
        ('{"a":' + "[" * 100_000, "(nested too deeply|not JSON)"),
        ('{"a":' + "9" * 5000 + "}", "digits"),
    ],
)
def test_broken_documents_name_the_line(text: str, said: str) -> None:
    stream = JsonStream(io.StringIO(text))
    with pytest.raises(ValueError, match=said):
        for _ in stream.members():
            stream.value()
        stream.end()
        pytest.fail("not noticed")


def test_a_value_without_end_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "CHUNK_CHARACTERS", 10)
    monkeypatch.setattr(json_stream, "VALUE_CHARACTERS_MAX", 50)
    file = io.StringIO('"' + "a" * 10_000)
    with pytest.raises(ValueError, match="not JSON"):
        JsonStream(file).value()
    assert file.tell() < 200


def test_bytes_of_another_encoding_are_named(tmp_path: Any) -> None:
    place = tmp_path / "x.json"
    place.write_bytes(b'{"a": "\xff"}')
    with open_text(place) as file, pytest.raises(ValueError, match="line 1: not text in utf-8"):
        walked(JsonStream(file))
