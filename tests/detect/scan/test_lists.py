"""The lists of a call: files, live folders and text lists, each or a clear refusal before any work."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tutela.detect.matching.live import LiveList
from tutela.detect.matching.live_writer import create_live
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.matching.tlist import ListView, write_list
from tutela.detect.scan.lists import described, open_lists
from tutela.detect.scan.text_lists import TextList
from tutela.kernel.errors import Invalid

HEADER = ListHeader(name="demo", version="7", created=datetime(2026, 1, 1, tzinfo=UTC))
ENTRY = ListEntry(entry="e", kind="md5", value=b"m" * 16)


def test_each_kind_of_list_is_told_by_what_it_is(tmp_path: Path) -> None:
    write_list(tmp_path / "a.tlist", HEADER, [ENTRY])
    (tmp_path / "renamed").write_bytes((tmp_path / "a.tlist").read_bytes())
    create_live(tmp_path / "live", HEADER, [ENTRY]).close()
    (tmp_path / "c.csv").write_text(f"kind,value\nmd5,{'ab' * 16}\n")
    opened = open_lists([tmp_path / name for name in ("a.tlist", "renamed", "live", "c.csv")])
    assert [type(one) for one in opened] == [ListView, ListView, LiveList, TextList]
    assert [one["name"] for one in described(opened)] == ["demo", "demo", "demo", "c"]


@pytest.mark.parametrize("name", ["missing.tlist", "missing.csv", "missing"])
def test_a_missing_list_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(Invalid) as caught:
        open_lists([tmp_path / name])
    assert name in caught.value.public_message()


def test_a_damaged_list_is_invalid(tmp_path: Path) -> None:
    (tmp_path / "a.tlist").write_bytes(b"TUTELA-LIST 1\n" + b"\0" * 100)
    with pytest.raises(Invalid):
        open_lists([tmp_path / "a.tlist"])


def test_what_decides_a_finding_is_described() -> None:
    from tutela.detect.matching.memory import MemoryList

    (shown,) = described([MemoryList(HEADER, [ENTRY])])
    assert shown["version"] == "7"
    assert shown["distance_bits"] == 31
    assert shown["known_good"] is False
