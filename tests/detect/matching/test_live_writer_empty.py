"""A list from which everything was taken."""

from __future__ import annotations

from pathlib import Path

from tests.detect.matching.making import entry, header, value
from tutela.detect.matching.live import LiveList
from tutela.detect.matching.live_writer import create_live


def test_a_merge_of_nothing_leaves_no_segment(tmp_path: Path) -> None:
    with create_live(tmp_path, header()) as live:
        live.add([entry("one", "pdq", value(1))])
        live.remove("one")
        live.merge()
        assert list(live.entries()) == []
        live.add([entry("two", "pdq", value(2))])
    assert list(tmp_path.glob("segment-*")) == []
    assert [one.entry for one in LiveList(tmp_path).entries()] == ["two"]
