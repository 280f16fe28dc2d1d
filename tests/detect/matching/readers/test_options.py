from __future__ import annotations

from tutela.detect.matching.readers.options import ReadOptions, Tally


def test_tally_says_each_thing_once_with_its_count() -> None:
    tally = Tally()
    tally.add("tombstones")
    tally.add("others", 3)
    tally.add("tombstones")
    tally.add("nothing", 0)
    assert tally.sentences() == ["2 tombstones", "3 others"]


def test_options_never_show_the_salt() -> None:
    assert "salt=" not in repr(ReadOptions(salt=b"\x01" * 32))
