"""The outer shape of a list file: what is written comes back, and nothing hostile gets far."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tutela.detect.matching.sections import (
    ALIGNMENT_BYTES,
    SectionPlan,
    damaged_sections,
    open_sections,
    replace_file,
    write_sections,
)

TYPES: dict[str, np.dtype[Any]] = {"numbers": np.dtype("<u4"), "bytes": np.dtype("|u1")}
NUMBERS = np.arange(6, dtype="<u4").reshape(2, 3)


def write(path: Path, **more: Any) -> Path:
    plans = [
        SectionPlan(name="numbers", array=NUMBERS),
        SectionPlan(name="bytes", array=np.frombuffer(b"abc" * 2000, np.uint8)),
    ]
    write_sections(path, {"note": "ü"} | more, plans)
    return path


def change_header(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Rewrites the JSON with a digest that fits: what an attacker would do."""
    raw = bytearray(path.read_bytes())
    (length,) = struct.unpack_from("<I", raw, 16)
    header = json.loads(raw[64 : 64 + length])
    change(header)
    text = json.dumps(header).encode()
    assert len(text) + 64 <= ALIGNMENT_BYTES
    raw[16:52] = struct.pack("<I", len(text)) + hashlib.sha256(text).digest()
    raw[64 : 64 + len(text)] = text
    path.write_bytes(raw)


def test_sections_come_back_as_they_were(tmp_path: Path) -> None:
    opened = open_sections(write(tmp_path / "a"), TYPES)
    assert opened.header["note"] == "ü"
    assert opened.header["byte_order"] == "little"
    assert np.array_equal(opened.arrays["numbers"], NUMBERS)
    assert opened.arrays["bytes"].tobytes() == b"abc" * 2000
    assert not opened.arrays["numbers"].flags.writeable
    assert damaged_sections(opened) == []


def test_file_is_private_aligned_and_begins_with_its_name(tmp_path: Path) -> None:
    path = write(tmp_path / "a")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.stat().st_size % ALIGNMENT_BYTES == 0
    assert path.read_bytes().startswith(b"TUTELA-LIST 1\n")
    offsets = [row["offset"] for row in open_sections(path, TYPES).header["sections"]]
    assert all(offset % ALIGNMENT_BYTES == 0 for offset in offsets)


def test_unknown_sections_of_the_same_version_are_passed_over(tmp_path: Path) -> None:
    opened = open_sections(write(tmp_path / "a"), {"numbers": TYPES["numbers"]})
    assert set(opened.arrays) == {"numbers"}


def test_missing_section_is_named_as_missing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="missing"):
        open_sections(write(tmp_path / "a"), TYPES | {"more": np.dtype("<u8")})


def test_one_changed_byte_is_found_by_its_digest(tmp_path: Path) -> None:
    path = write(tmp_path / "a")
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"abcabc")] ^= 1
    path.write_bytes(raw)
    assert damaged_sections(open_sections(path, TYPES)) == ["bytes"]


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"", "empty"),
        (b"SQLite format 3\0" + b"\0" * 100, "not a tutela list"),
        (b"TUTELA-LIST 2\n" + b"\0" * 100, "newer release"),
        (b"TUTELA-LIST x\n" + b"\0" * 100, "not a number"),
        (b"TUTELA-LIST 1\n", "first 64 bytes"),
        (b"TUTELA-LIST 1\n\0\0" + b"\xff" * 100, "longer than"),
        (b"TUTELA-LIST 1\n\0\0" + struct.pack("<I", 4) + b"\0" * 100, "digest"),
    ],
)
def test_what_is_no_list_is_refused_with_the_reason(tmp_path: Path, raw: bytes, word: str) -> None:
    path = tmp_path / "a"
    path.write_bytes(raw)
    with pytest.raises(ValueError, match=word):
        open_sections(path, TYPES)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (b"[]", "JSON object"),
        (b"[" * 100_000, "not JSON"),
        (b"\xff", "not JSON"),
        (b"{", "Expecting"),
        (b'{"a": NaN}', "NaN"),
        (b'{"byte_order": "big"}', "byte order"),
        (b'{"byte_order": "little"}', "section table"),
        (b'{"byte_order": "little", "sections": [1]}', "not an object"),
        (b'{"byte_order": "little", "sections": [{}]}', "lacks"),
    ],
)
def test_header_that_is_not_ours_is_refused(tmp_path: Path, text: bytes, word: str) -> None:
    path = tmp_path / "a"
    head = b"TUTELA-LIST 1\n\0\0" + struct.pack("<I", len(text)) + hashlib.sha256(text).digest()
    path.write_bytes(head.ljust(64, b"\0") + text)
    with pytest.raises(ValueError, match=word):
        open_sections(path, TYPES)


@pytest.mark.parametrize(
    "row",
    [
        {"offset": 1 << 40},
        {"offset": 100},
        {"offset": -4096},
        {"offset": True},
        {"size": 1 << 50},
        {"size": 23},
        {"shape": [1 << 30, 3]},
        {"shape": [2, 2]},
        {"shape": ["2", 3]},
        {"shape": [1, 1, 2, 3]},
        {"type": ">u4"},
        {"sha256": None},
    ],
)
def test_section_table_that_points_elsewhere_is_refused(tmp_path: Path, row: dict[str, Any]) -> None:
    path = write(tmp_path / "a")
    change_header(path, lambda header: header["sections"][0].update(row))
    with pytest.raises(ValueError):
        open_sections(path, TYPES)


def test_section_given_twice_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a")
    change_header(path, lambda header: header["sections"].append(header["sections"][0]))
    with pytest.raises(ValueError, match="twice"):
        open_sections(path, TYPES)


def test_file_cut_anywhere_is_refused_and_never_kills(tmp_path: Path) -> None:
    whole = write(tmp_path / "a").read_bytes()
    for size in (*range(0, 300, 7), *range(4000, len(whole) - ALIGNMENT_BYTES, 1000)):
        (tmp_path / "cut").write_bytes(whole[:size])
        with pytest.raises(ValueError):
            open_sections(tmp_path / "cut", TYPES)


def test_folder_and_pipe_are_no_lists(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match="regular"):
        open_sections(tmp_path / "pipe", TYPES)
    with pytest.raises((ValueError, OSError)):
        open_sections(tmp_path, TYPES)


def test_failed_write_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    path = write(tmp_path / "a")
    before = path.read_bytes()

    def fail(stream: Any) -> None:
        stream.write(b"half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        replace_file(path, fail)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["a"]


def test_header_beyond_its_limit_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="1 MiB"):
        write(tmp_path / "a", note="x" * (1 << 20))


def test_an_open_list_survives_its_replacement(tmp_path: Path) -> None:
    path = write(tmp_path / "a")
    opened = open_sections(path, TYPES)
    write(path)
    path.unlink()
    assert opened.arrays["bytes"].tobytes() == b"abc" * 2000
