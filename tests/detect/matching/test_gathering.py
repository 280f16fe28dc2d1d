from __future__ import annotations

from pathlib import Path

from tests.detect.matching.listings import header, value_of
from tutela.detect.matching.gathering import columns_of_list, entry_count
from tutela.detect.matching.live import LiveList
from tutela.detect.matching.live_writer import create_live
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.matching.tlist import open_list, write_list


def entry(name: str, number: int) -> ListEntry:
    return ListEntry(entry=name, kind="md5", value=value_of("md5", number))


def test_a_list_file_is_taken_as_it_is(tmp_path: Path) -> None:
    write_list(tmp_path / "x.tlist", header(), [entry("a", 1), entry("a", 2), entry("b", 3)])
    columns = columns_of_list(open_list(tmp_path / "x.tlist"))
    assert len(columns.rows) == 3
    assert entry_count(columns) == 2


def test_a_live_list_is_what_stands_in_it(tmp_path: Path) -> None:
    with create_live(tmp_path / "live", header(), [entry("a", 1), entry("b", 2)]) as live:
        live.add([entry("a", 3), entry("c", 4)])
        live.remove("b")
        columns = columns_of_list(live)
        assert len(columns.rows) == 3
        assert entry_count(columns) == 2
        for name in "ac":
            live.remove(name)
    assert len(columns_of_list(LiveList(tmp_path / "live")).rows) == 0
