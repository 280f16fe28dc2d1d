from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.detect.matching.listings import SALT, header
from tutela.detect.matching.headers import render_header
from tutela.detect.matching.readers import json_lines
from tutela.detect.matching.readers.options import ReadOptions, Tally
from tutela.detect.matching.shapes import ListEntry

MD5, PDQ = "0a" * 16, "0c" * 32


def read(tmp_path: Path, *lines: object, **options: Any) -> list[ListEntry]:
    file = tmp_path / "list.jsonl"
    file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8")
    return list(json_lines.read([file], ReadOptions(salt=SALT, **options), Tally()))


def test_numbers_truths_and_nulls_are_understood(tmp_path: Path) -> None:
    (made,) = read(tmp_path, {"kind": "pdq", "value": PDQ, "quality": 88, "disputed": True, "note": None})
    assert (made.quality, made.disputed, made.note) == (88, True, "")
    (made,) = read(tmp_path, {"kind": "pdq", "value": PDQ, "disputed": False})
    assert not made.disputed


def test_a_film_may_be_given_as_its_own_json(tmp_path: Path) -> None:
    (made,) = read(tmp_path, {"kind": "vpdq", "value": [f"{PDQ},100,0.000"]})
    assert made.value.hex() == PDQ


def test_a_kind_may_be_said_for_all(tmp_path: Path) -> None:
    (made,) = read(tmp_path, {"value": MD5}, kind="md5")
    assert made.kind == "md5"


def test_the_header_of_the_list_is_no_entry(tmp_path: Path) -> None:
    head = {"list": render_header(header("mine"))}
    assert len(read(tmp_path, head, {"kind": "md5", "value": MD5})) == 1
    found = json_lines.read_header(tmp_path / "list.jsonl")
    assert found == header("mine")


def test_a_file_without_header_has_none(tmp_path: Path) -> None:
    read(tmp_path, {"kind": "md5", "value": MD5})
    assert json_lines.read_header(tmp_path / "list.jsonl") is None
    (tmp_path / "empty").touch()
    assert json_lines.read_header(tmp_path / "empty") is None


def test_a_wrong_header_is_named(tmp_path: Path) -> None:
    read(tmp_path, {"list": {"name": "x"}})
    with pytest.raises(ValueError, match=r"list.jsonl: first line: the header has no date"):
        json_lines.read_header(tmp_path / "list.jsonl")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 2: not JSON at column 2"),
        ("[]", "line 2: each line is one JSON object"),
        ("[" * 100_000, "line 2: (nested|not JSON)"),
        ({"kind": "md5", "value": MD5, "catagory": "A"}, "line 2: unknown member 'catagory'"),
        ({"kind": "md5"}, "line 2: value is missing"),
        ({"kind": "md5", "value": "xyz"}, "line 2: a md5 value"),
        ({"kind": "md5", "value": MD5, "note": 1.5}, "line 2: note is not a text"),
        ({"kind": "md5", "value": MD5, "note": ["x"]}, "line 2: note is not a text"),
        ({"list": {}}, "line 2: unknown member 'list'"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: object, said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        read(tmp_path, {"kind": "md5", "value": MD5}, line)
    assert "list.jsonl" in str(caught.value)
