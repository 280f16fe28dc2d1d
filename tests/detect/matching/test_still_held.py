"""What a list no longer holds: by its bytes, in files, in lists that change, and by the end of an entry."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.matching.making import NOW, entry, header, value
from tutela.detect.matching import still_held
from tutela.detect.matching.live import LiveList
from tutela.detect.matching.live_writer import create_live
from tutela.detect.matching.memory import MemoryList
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.matching.still_held import WasMet, gone_from, up_to_date
from tutela.detect.matching.tlist import open_list, write_list
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Unavailable

MET = WasMet(sha256=value(1), at=NOW)


def a_list(*entries: ListEntry) -> MemoryList:
    return MemoryList(header(), entries)


def is_gone(*lists: MemoryList) -> bool:
    return gone_from(lists, [MET]) == [True]


def test_what_a_list_holds_is_not_gone_also_under_another_id() -> None:
    assert not is_gone(a_list(entry("e", "sha256", value(1))))
    assert not is_gone(a_list(entry("another", "sha256", value(1))))


def test_what_no_list_holds_is_gone_whatever_else_its_entry_says() -> None:
    assert is_gone() and is_gone(a_list())
    assert is_gone(a_list(entry("e", "sha256", value(2)), entry("e", "pdq", value(1))))


def test_one_of_several_that_holds_it_is_enough() -> None:
    assert not is_gone(a_list(), a_list(entry("e", "sha256", value(1))))


@pytest.mark.parametrize(("ended", "gone"), [(-1, True), (0, True), (1, False), (None, False)])
def test_an_entry_that_ended_before_it_was_met_is_gone_and_one_that_ended_later_is_not(
    ended: int | None, *, gone: bool
) -> None:
    end = None if ended is None else NOW + timedelta(seconds=ended)
    assert is_gone(a_list(entry("e", "sha256", value(1), valid_to=end))) is gone


def test_an_entry_that_stands_beside_one_that_ended_is_enough() -> None:
    ended = entry("e", "sha256", value(1), valid_to=NOW - timedelta(days=1))
    assert not is_gone(a_list(ended, entry("f", "sha256", value(1))))


def test_what_has_more_rows_than_are_looked_at_counts_as_held(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = [entry(f"e{n}", "sha256", value(1), valid_to=NOW - timedelta(days=1)) for n in range(3)]
    monkeypatch.setattr(still_held, "ROWS_MAX", 3)
    assert is_gone(a_list(*ended))
    monkeypatch.setattr(still_held, "ROWS_MAX", 2)
    assert not is_gone(a_list(*ended))


def test_what_was_taken_out_of_a_list_that_changes_is_gone(tmp_path: Path) -> None:
    entries = [entry(name, "sha256", value(number)) for number, name in enumerate("abc")]
    with create_live(tmp_path / "live", header(), entries[:2]) as writer:
        writer.add(entries[2:])
        writer.remove("b")
    with LiveList(tmp_path / "live") as live:
        met = [WasMet(sha256=value(number), at=NOW) for number in range(4)]
        assert gone_from([live], met) == [False, True, False, True]


def test_a_list_that_was_not_asked_for_long_is_read_anew_first(tmp_path: Path) -> None:
    entries = [entry(name, "sha256", value(number)) for number, name in enumerate("abc")]
    with create_live(tmp_path / "live", header(), entries) as writer:
        live = LiveList(tmp_path / "live", clock=FixedClock(NOW))  # its time stands still, so it never looks
        writer.remove("b")
        writer.merge()
        assert not live._searched()[0].dead
        assert gone_from([live], [WasMet(sha256=value(1), at=NOW)]) == [False]
        assert up_to_date([live, a_list()])[0] is live and live.version == writer.version
        assert gone_from([live], [WasMet(sha256=value(1), at=NOW)]) == [True]


def test_a_list_that_does_not_come_to_rest_is_waited_for_no_longer_than_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_live(tmp_path / "live", header()).close()
    monkeypatch.setattr(LiveList, "settle", lambda *_: False)
    with LiveList(tmp_path / "live") as live, pytest.raises(Unavailable) as told:
        up_to_date([live])
    assert told.value.retry_after_seconds


def test_of_a_file_each_answer_is_that_of_its_question(tmp_path: Path) -> None:
    write_list(tmp_path / "a.tlist", header(), [entry(f"e{n}", "sha256", value(n)) for n in (1, 3)])
    met = [WasMet(sha256=value(number), at=NOW) for number in (3, 2, 1)]
    assert gone_from([open_list(tmp_path / "a.tlist")], met) == [False, True, False]


@given(held=st.sets(st.integers(0, 9)), met=st.lists(st.integers(0, 9)))
def test_it_is_what_a_plain_look_says(held: set[int], met: list[int]) -> None:
    made = a_list(*(entry(f"e{n}", "sha256", value(n)) for n in sorted(held)))
    asked = [WasMet(sha256=value(number), at=NOW) for number in met]
    assert gone_from([made], asked) == [number not in held for number in met]


def test_nothing_of_what_was_asked_is_shown() -> None:
    assert value(1).hex() not in repr(MET) and "sha256" not in repr(MET)
