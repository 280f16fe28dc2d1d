"""A live list seen by readers: at once in the process, soon in others, never in between."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.detect.matching.making import NOW, entry, file, header, many_entries, pdq, value
from tutela.detect.matching import live as live_of
from tutela.detect.matching.engine import MatchEngine
from tutela.detect.matching.live import LOOK_AGAIN_SECONDS, LiveList, open_any
from tutela.detect.matching.live_writer import LiveWriter, create_live
from tutela.detect.matching.tlist import ListView, write_list
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Invalid, Unavailable


def names(live: LiveList) -> set[str]:
    return {one.entry for one in live.entries()}


def test_reader_finds_what_was_added_and_removed_since(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    with create_live(tmp_path, header(), many_entries(1, 30)) as writer:
        reader = LiveList(tmp_path, clock=clock)
        engine = MatchEngine([reader], clock=clock)
        writer.add([entry("new", "pdq", value(1))])
        assert not engine.decide(file(pdq(value(1)))).matches
        clock.advance(LOOK_AGAIN_SECONDS)
        (match,) = engine.decide(file(pdq(value(1)))).matches
        assert (match.entry, match.version) == ("new", "1+1")
        writer.remove("new")
        clock.advance(LOOK_AGAIN_SECONDS)
        assert not engine.decide(file(pdq(value(1)))).matches


def test_reader_looks_again_within_a_second() -> None:
    assert LOOK_AGAIN_SECONDS < 1.0


def test_settling_waits_for_a_reading_under_way(tmp_path: Path) -> None:
    with create_live(tmp_path, header()) as writer:
        reader = LiveList(tmp_path)
        writer.add([entry("new", "pdq", value(1))])
        with reader._changing, ThreadPoolExecutor(1) as pool:
            assert pool.submit(reader.settle, 0.01).result() is False
        assert names(reader) == set()
        assert reader.settle(0.01) and names(reader) == {"new"}


def test_a_look_shows_what_is_new_and_says_so(tmp_path: Path) -> None:
    with create_live(tmp_path, header()) as writer:
        reader = LiveList(tmp_path)
        writer.add([entry("new", "pdq", value(1))])
        assert reader.look() is True
        assert names(reader) == {"new"}


def test_reader_follows_merges_and_keeps_segments_that_stay(tmp_path: Path) -> None:
    with create_live(tmp_path, header(), many_entries(1, 300)) as writer:
        reader = LiveList(tmp_path)
        large = reader.parts()[0]
        for number in range(20):
            writer.add([entry(f"e{number}", "pdq", value(number))])
        writer.remove("e3")
        writer.merge()
        writer.add([entry("last", "pdq", value(99))])
        reader.refresh()
        assert names(reader) == names(writer)
        assert len(reader) == len(writer)
        assert reader.parts()[0] is large


def test_questions_in_flight_keep_what_they_began_with(tmp_path: Path) -> None:
    with create_live(tmp_path, header(), many_entries(1, 30)) as writer:
        reader = LiveList(tmp_path)
        before = reader.parts()
        writer.add([entry("new", "pdq", value(1))])
        writer.compact()
        reader.refresh()
        assert not list(tmp_path.glob("segment-0.tlist"))
        assert [before[0].entry(row).entry for row in range(30)] == [one.entry for one in many_entries(1, 30)]


def test_reader_drops_what_the_writer_took_back(tmp_path: Path) -> None:
    """A record whose write failed is cut off again; a reader may have seen it."""
    with create_live(tmp_path, header()) as writer:
        writer.add([entry("kept", "pdq", value(1))])
        size = (tmp_path / "tail.log").stat().st_size
        writer.add([entry("unsure", "pdq", value(2))])
        reader = LiveList(tmp_path)
        assert names(reader) == {"kept", "unsure"}
    with (tmp_path / "tail.log").open("r+b") as stream:
        stream.truncate(size)
    reader.refresh()
    assert names(reader) == {"kept"}


def test_reader_waits_for_the_end_of_a_record(tmp_path: Path) -> None:
    with create_live(tmp_path, header()) as writer:
        writer.add([entry("one", "pdq", value(1))])
    whole = (tmp_path / "tail.log").read_bytes()
    reader = LiveList(tmp_path)
    with LiveWriter(tmp_path) as writer:
        writer.add([entry("two", "pdq", value(2))])
    longer = (tmp_path / "tail.log").read_bytes()
    with (tmp_path / "tail.log").open("r+b") as stream:
        stream.truncate((len(whole) + len(longer)) // 2)
    reader.refresh()
    assert names(reader) == {"one"}
    with (tmp_path / "tail.log").open("r+b") as stream:
        stream.write(longer)
    reader.refresh()
    assert names(reader) == {"one", "two"}


def test_a_removal_read_before_its_addition_still_counts(tmp_path: Path) -> None:
    with create_live(tmp_path, header()) as writer:
        writer.add([entry("one", "pdq", value(1))])
        size = (tmp_path / "tail.log").stat().st_size
        writer.add([entry("two", "pdq", value(2))])
        whole = (tmp_path / "tail.log").read_bytes()
        writer.remove("two")
    with (tmp_path / "tail.log").open("r+b") as stream:
        stream.truncate(size)
    reader = LiveList(tmp_path)
    with (tmp_path / "tail.log").open("r+b") as stream:
        stream.write(whole)
    reader.refresh()
    assert names(reader) == {"one"}


def test_open_any_takes_files_and_folders(tmp_path: Path) -> None:
    write_list(tmp_path / "a.tlist", header(), [])
    create_live(tmp_path / "live", header()).close()
    assert isinstance(open_any(tmp_path / "a.tlist"), ListView)
    assert isinstance(open_any(tmp_path / "live"), LiveList)
    with pytest.raises(Invalid):
        open_any(tmp_path / "none")


def test_folders_that_are_no_live_list_are_invalid(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="HEAD"):
        LiveList(tmp_path)
    (tmp_path / "HEAD").write_bytes(b"TUTELA-LIST 1\n" * 100)
    with pytest.raises(Invalid):
        LiveList(tmp_path)


@pytest.mark.parametrize("name", ["HEAD", "tail.log", "tombstones.log"])
def test_damage_is_an_error_and_never_a_shorter_list(tmp_path: Path, name: str) -> None:
    with create_live(tmp_path, header(), many_entries(1, 30)) as writer:
        for number in range(3):
            writer.add([entry(f"e{number}", "pdq", value(number))])
            writer.remove(f"e{number}")
    raw = bytearray((tmp_path / name).read_bytes())
    raw[20] ^= 1
    (tmp_path / name).write_bytes(raw)
    with pytest.raises((Invalid, Unavailable)):
        LiveList(tmp_path)


def test_missing_segment_is_an_error(tmp_path: Path) -> None:
    create_live(tmp_path, header(), many_entries(1, 30)).close()
    (tmp_path / "segment-0.tlist").unlink()
    with pytest.raises(Invalid, match="missing"):
        LiveList(tmp_path)


def test_damage_while_reading_along_is_an_error(tmp_path: Path) -> None:
    with create_live(tmp_path, header()) as writer:
        writer.add([entry("one", "pdq", value(1))])
    reader = LiveList(tmp_path)
    with (tmp_path / "tail.log").open("ab") as stream:
        stream.write(b"garbage" * 100)
    with pytest.raises(Invalid):
        reader.refresh()


def test_verify_reads_the_segments(tmp_path: Path) -> None:
    create_live(tmp_path, header(), many_entries(1, 30)).close()
    LiveList(tmp_path).verify()
    path = tmp_path / "segment-0.tlist"
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"ent_1")] ^= 1
    path.write_bytes(raw)
    with pytest.raises(Invalid, match="ids_text"):
        LiveList(tmp_path).verify()


def test_what_the_system_refuses_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with create_live(tmp_path, header()) as writer:
        writer.add([entry("a", "pdq", value(1))])
        reader = LiveList(tmp_path)
        writer.add([entry("b", "pdq", value(2))])

        def fail(*_: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(live_of, "catch_up", fail)
        with pytest.raises(Unavailable, match="Permission denied"):
            reader.refresh()


def test_questions_do_not_wait_for_another_thread_that_looks(tmp_path: Path) -> None:
    with create_live(tmp_path, header()) as writer:
        reader = LiveList(tmp_path)
        writer.add([entry("a", "pdq", value(1))])
        with reader._changing:
            asking = threading.Thread(target=reader.refresh)
            asking.start()
            asking.join(timeout=10)
            assert not asking.is_alive()
        assert names(reader) == set()
        reader.refresh()
        assert names(reader) == {"a"}


def test_new_segments_are_opened_beside_the_questions(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    with create_live(tmp_path, header(), many_entries(1, 30)) as writer:
        reader = LiveList(tmp_path, clock=clock)
        before = reader.parts()
        writer.add([entry("new", "pdq", value(1))])
        writer.compact()
        with reader._changing:  # the thread that reads cannot finish; questions go on
            clock.advance(LOOK_AGAIN_SECONDS)
            assert reader.parts() == before
        reader.close()
        clock.advance(LOOK_AGAIN_SECONDS)
        reader.parts()
        reader.close()
        assert "new" in names(reader)


def test_damage_found_beside_is_raised_by_the_next_question(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    with create_live(tmp_path, header(), many_entries(1, 30)):
        reader = LiveList(tmp_path, clock=clock)
        (tmp_path / "HEAD").write_bytes(b"damaged")
        clock.advance(LOOK_AGAIN_SECONDS)
        reader.parts()
        reader.close()
        clock.advance(LOOK_AGAIN_SECONDS)
        with pytest.raises(Invalid, match="HEAD"):
            reader.parts()


def test_reader_knows_the_number_of_the_last_change(tmp_path: Path) -> None:
    with create_live(tmp_path, header(), change=3) as writer:
        reader = LiveList(tmp_path)
        assert reader.change == 3
        writer.add([entry("a", "pdq", value(1))], change=5)
        writer.remove("a", change=6)
        reader.refresh()
        assert reader.change == 6
