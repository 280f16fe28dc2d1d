from __future__ import annotations

import os
from pathlib import Path

import pytest

from tutela.detect.matching.readers import opening
from tutela.detect.matching.readers.opening import (
    head_text,
    mark_encoding,
    numbered_lines,
    open_bytes,
    open_text,
)
from tutela.kernel.errors import Invalid, Unavailable


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_open_text_finds_the_encoding_by_its_mark(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "list"
    file.write_bytes("é,ö\n".encode(encoding))
    with open_text(file) as text:
        assert text.read() == "é,ö\n"
    assert "é" in head_text(file)


def test_mark_encoding_tells_utf_32_from_utf_16() -> None:
    assert mark_encoding("x".encode("utf-32-le")) == ""
    assert mark_encoding(b"\xff\xfe\x00\x00") == "utf-32"
    assert mark_encoding(b"\xff\xfex\x00") == "utf-16"


def test_open_text_takes_a_named_encoding_and_refuses_an_unknown_one(tmp_path: Path) -> None:
    file = tmp_path / "list"
    file.write_bytes(b"\xe9")
    with open_text(file, "latin-1") as text:
        assert text.read() == "é"
    for opened in (open_text, head_text):
        with pytest.raises(ValueError, match="klingon"):
            opened(file, "klingon")


def test_open_bytes_reports_every_byte_once(tmp_path: Path) -> None:
    file, counted = tmp_path / "list", list[int]()
    file.write_bytes(b"x" * 3_000_000)
    with open_bytes(file, counted.append) as stream:
        assert stream.readable()
        while stream.read(100_000):
            pass
    assert sum(counted) == 3_000_000


def test_open_bytes_refuses_what_is_no_regular_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path / "none", tmp_path / "pipe", tmp_path, tmp_path / "pipe" / "below"):
        with pytest.raises(Invalid):
            open_bytes(place)


def test_open_bytes_that_the_system_refuses_is_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(Unavailable, match="Permission denied"):
        open_bytes(tmp_path / "list")


def test_numbered_lines_skip_blank_ones_and_count_them(tmp_path: Path) -> None:
    file = tmp_path / "list"
    file.write_text("a\n\n  b \r\nc", "utf-8", newline="")
    with open_text(file) as text:
        assert list(numbered_lines(text)) == [(1, "a"), (3, "b"), (4, "c")]


def test_numbered_lines_name_the_line_that_is_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "LINE_CHARACTERS_MAX", 5)
    file = tmp_path / "list"
    file.write_text("a\n" + "b" * 9, "utf-8")
    with open_text(file) as text, pytest.raises(ValueError, match="line 2: longer"):
        list(numbered_lines(text))


def test_numbered_lines_of_another_encoding_say_so_without_the_bytes(tmp_path: Path) -> None:
    file = tmp_path / "list"
    file.write_bytes(b"a\nb\n\xff\xfe\xfd\n")
    with open_text(file) as text, pytest.raises(ValueError, match="--encoding") as caught:
        list(numbered_lines(text))
    assert "ff" not in str(caught.value).replace("--encoding", "")
