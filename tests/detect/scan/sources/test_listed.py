"""Lists of paths: whatever the block size, with either separator, on demand."""

from __future__ import annotations

import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.scan.sources.listed import PATH_BYTES_MAX, listed_paths

names = st.binary(min_size=1, max_size=40).filter(lambda name: not set(name) & set(b"\0\n\r"))


@given(st.lists(names, max_size=30), st.sampled_from([b"\n", b"\0"]), st.booleans())
def test_every_path_comes_back_as_it_was(paths: list[bytes], separator: bytes, ended: bool) -> None:
    text = separator.join(paths) + (separator if ended else b"")
    found = [os.fsencode(path) for path in listed_paths(io.BytesIO(text), separator=separator)]
    assert found == paths


def test_windows_line_ends_and_empty_lines_are_left_out() -> None:
    assert list(listed_paths(io.BytesIO(b"a\r\n\r\n\nb\r\n"))) == ["a", "b"]


def test_paths_come_before_the_list_ends() -> None:
    read_end, write_end = os.pipe()
    with os.fdopen(read_end, "rb") as reader, os.fdopen(write_end, "wb", buffering=0) as writer:
        writer.write(b"first\nsec")
        paths = listed_paths(reader)
        assert next(paths) == "first"
        writer.write(b"ond\n")
        assert next(paths) == "second"


def test_something_longer_than_a_path_is_refused() -> None:
    with pytest.raises(ValueError, match="separated"):
        list(listed_paths(io.BytesIO(b"a" * (3 * PATH_BYTES_MAX)), separator=b"\0"))
