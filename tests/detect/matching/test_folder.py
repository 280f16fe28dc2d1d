"""The folder of a live list, read into a state."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.detect.matching.making import entry, header, many_entries, value
from tutela.detect.matching import folder as folder_of
from tutela.detect.matching.folder import Tail, catch_up, read_folder, read_head, stamp_of, standing
from tutela.detect.matching.index import BUCKETED, IndexKind
from tutela.detect.matching.live_writer import create_live
from tutela.detect.matching.records import Addition, Removal
from tutela.detect.matching.tlist import ListView, open_list
from tutela.kernel.errors import Invalid, Unavailable


def addition(sequence: int, *names: str) -> Addition:
    return Addition(sequence=sequence, entries=tuple(entry(name, "pdq", value(sequence)) for name in names))


def test_removals_count_for_earlier_rows_only() -> None:
    tail = Tail(50)
    tail.add(addition(1, "a", "b"), {})
    assert tail.remove(Removal(sequence=2, entry="a")) == 1
    assert tail.remove(Removal(sequence=2, entry="a")) == 0
    tail.add(addition(3, "a"), {"a": [Removal(sequence=2, entry="a")]})
    assert standing(tail.part).tolist() == [False, True, True]


def test_a_known_later_removal_counts_at_once() -> None:
    tail = Tail(50)
    tail.add(addition(1, "a", "b"), {"a": [Removal(sequence=2, entry="a")]})
    assert standing(tail.part).tolist() == [False, True]
    assert len(tail) == 2


def test_stamp_changes_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    assert stamp_of(path) == (0, 0, 0)
    path.write_text("one")
    before = stamp_of(path)
    path.write_text("longer")
    assert stamp_of(path) != before


def test_reading_gives_up_when_the_list_changes_all_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_live(tmp_path, header(), many_entries(1, 3)).close()
    monkeypatch.setattr(folder_of, "_read_once", lambda *_: None)
    with pytest.raises(Unavailable, match="too fast"):
        read_folder(tmp_path, {}, BUCKETED)


def test_head_names_the_segments(tmp_path: Path) -> None:
    create_live(tmp_path, header(), many_entries(1, 3)).close()
    assert [place.file for place in read_head(tmp_path).segments] == ["segment-0.tlist"]


def test_worked_in_removals_are_forgotten(tmp_path: Path) -> None:
    with create_live(tmp_path, header(), many_entries(1, 30)) as live:
        live.remove("ent_1")
        live.add([entry("a", "pdq", value(1))])
        assert len(live._state.removals) == 1
        live.merge()
        live.compact()
        assert live._state.removals == []
        assert (tmp_path / "tombstones.log").stat().st_size == 0
        assert not any(one.entry == "ent_1" for one in live.entries())


def test_what_is_no_live_list_is_invalid(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="HEAD"):
        read_folder(tmp_path, {}, BUCKETED)
    create_live(tmp_path / "live", header(), many_entries(1, 3)).close()
    (tmp_path / "live" / "segment-0.tlist").unlink()
    with pytest.raises(Invalid, match="1 segment files"):
        read_folder(tmp_path / "live", {}, BUCKETED)


def test_what_the_system_refuses_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create_live(tmp_path, header(), many_entries(1, 3)).close()

    def fail(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(folder_of, "read_log", fail)
    with pytest.raises(Unavailable, match="Permission denied"):
        read_folder(tmp_path, {}, BUCKETED)


def test_logs_are_taken_from_where_they_were_left(tmp_path: Path) -> None:
    with create_live(tmp_path, header()) as live:
        live.add([entry("a", "pdq", value(1))])
        read = read_folder(tmp_path, {}, BUCKETED)
        live.add([entry("b", "pdq", value(2))])
        live.remove("a")
    catch_up(tmp_path, read.state, read.ends)
    assert standing(read.state.tails[0].part).tolist() == [False, True]
    assert read.state.sequence == 3
    assert read.ends["tail.log"] == (tmp_path / "tail.log").stat().st_size


def test_a_merge_between_the_head_and_the_opening_of_a_segment_is_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = many_entries(3, 20)
    with create_live(tmp_path / "live", header(), entries) as live:

        def merged_meanwhile(path: Path, *, index: IndexKind) -> ListView:
            monkeypatch.setattr(folder_of, "open_list", open_list)
            live.compact()  # HEAD was read; now the segment that it named goes
            return open_list(path, index=index)

        monkeypatch.setattr(folder_of, "open_list", merged_meanwhile)
        read = read_folder(tmp_path / "live", {}, BUCKETED)
    assert sum(len(one.view) for one in read.state.held) == len(entries)


def test_a_segment_that_is_gone_for_good_is_damage(tmp_path: Path) -> None:
    with create_live(tmp_path / "live", header(), many_entries(3, 20)):
        next((tmp_path / "live").glob("segment-*")).unlink()
        with pytest.raises(Invalid, match="missing"):
            read_folder(tmp_path / "live", {}, BUCKETED)


def test_a_damaged_segment_is_named(tmp_path: Path) -> None:
    with create_live(tmp_path / "live", header(), many_entries(3, 20)):
        segment = next((tmp_path / "live").glob("segment-*"))
        segment.write_bytes(b"no list at all")
        with pytest.raises(Invalid) as caught:
            read_folder(tmp_path / "live", {}, BUCKETED)
    assert segment.name in caught.value.field
