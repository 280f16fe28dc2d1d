"""The writing side of a live list: durable, exact against a model, and safe to kill at any moment."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.detect.matching.making import NOW, entry, file, flipped, header, many_entries, pdq, value
from tutela.detect.matching import live_writer
from tutela.detect.matching.engine import MatchEngine
from tutela.detect.matching.live import LiveList
from tutela.detect.matching.live_writer import LiveWriter, create_live
from tutela.detect.matching.logs import read_log
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.matching.tlist import write_columns
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Conflict, Invalid, Unavailable

ROOT = Path(__file__).parents[3]


def names(live: LiveList) -> set[str]:
    return {one.entry for one in live.entries()}


class LiveMachine(RuleBasedStateMachine):
    """Any order of additions, removals, merges and restarts gives what a plain dict gives."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.path = Path(self._folder.name) / "live"
        self.live = create_live(self.path, header())
        self.model: list[ListEntry] = []
        self.numbers = 0

    def make(self, count: int) -> list[ListEntry]:
        self.numbers += count
        kinds = ("pdq", "md5", "vpdq")
        made = []
        for number in range(self.numbers - count, self.numbers):
            kind = kinds[number % 3]
            raw = value(number, {"pdq": 32, "md5": 16, "vpdq": 64}[kind])
            made.append(entry(f"e{number % 17}", kind, raw, note=str(number % 4)))
        return made

    @rule(count=st.integers(0, 5))
    def add(self, count: int) -> None:
        made = self.make(count)
        self.live.add(made)
        self.model += made

    @rule()
    def add_more_than_a_tail(self) -> None:
        made = self.make(30)
        self.live._tail_rows_max = 30
        self.live.add(made)
        self.live._tail_rows_max = 1 << 20
        self.model += made

    @rule(number=st.integers(0, 20), one=st.booleans())
    def remove(self, number: int, one: bool) -> None:
        gone = [each for each in self.model if each.entry == f"e{number}"]
        if one and gone:
            gone = [each for each in gone if (each.kind, each.value) == (gone[0].kind, gone[0].value)]
            removed = self.live.remove(f"e{number}", kind=gone[0].kind, value=gone[0].value)
        else:
            removed = self.live.remove(f"e{number}")
        assert removed == len(gone)
        self.model = [each for each in self.model if each not in gone]

    @rule()
    def merge(self) -> None:
        self.live.merge()

    @rule()
    def compact(self) -> None:
        self.live.compact()

    @rule()
    def restart(self) -> None:
        self.live.close()
        self.live = LiveWriter(self.path, tail_rows_max=1 << 20)

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def find(self, data: st.DataObject) -> None:
        pictures = [one for one in self.model if one.kind == "pdq"]
        if pictures:
            wanted = data.draw(st.sampled_from(pictures))
            noisy = flipped(wanted.value, *range(data.draw(st.integers(0, 31))))
            found = MatchEngine([self.live], clock=FixedClock(NOW)).decide(file(pdq(noisy))).matches
            assert wanted.entry in {match.entry for match in found}

    @invariant()
    def same_as_model(self) -> None:
        assert sorted(map(repr, self.live.entries())) == sorted(map(repr, self.model))
        assert len(self.live) == len(self.model)
        assert sorted(map(repr, LiveList(self.path).entries())) == sorted(map(repr, self.model))

    def teardown(self) -> None:
        self.live.close()
        self._folder.cleanup()


LiveMachine.TestCase.settings = settings(max_examples=12, stateful_step_count=15)
TestLive = pytest.mark.slow(LiveMachine.TestCase)


def test_added_entries_are_found_by_the_next_question(tmp_path: Path) -> None:
    with create_live(tmp_path, header(), many_entries(1, 50)) as live:
        engine = MatchEngine([live], clock=FixedClock(NOW))
        for number in range(5):
            assert live.add([entry(f"e{number}", "pdq", value(number))]) == number + 1
            (match,) = engine.decide(file(pdq(value(number)))).matches
            assert match.entry == f"e{number}"
            assert (match.version, live.refresh()) == (f"1+{number + 1}", True)


def test_wrong_entries_are_named_and_none_is_added(tmp_path: Path) -> None:
    with create_live(tmp_path, header()) as live:
        with pytest.raises(Invalid, match="entry number 2"):
            live.add([entry("a", "pdq", value(1)), entry("b", "pdq", b"short")])
        assert len(live) == 0
        assert live.version == "1+0"


def test_only_one_process_writes(tmp_path: Path) -> None:
    with create_live(tmp_path, header()), pytest.raises(Conflict, match="another process"):
        LiveWriter(tmp_path)
    LiveWriter(tmp_path).close()


def test_lists_begin_in_empty_folders_that_are_there(tmp_path: Path) -> None:
    create_live(tmp_path / "live", header()).close()
    with pytest.raises(Conflict, match="not empty"):
        create_live(tmp_path / "live", header())
    with pytest.raises(Invalid, match="no such"):
        LiveWriter(tmp_path / "none")
    with pytest.raises(Invalid, match="no such"):
        LiveWriter(tmp_path / "live" / "HEAD")
    with pytest.raises(Invalid, match="entry number 1"):
        create_live(tmp_path / "other", header(), [entry("a", "pdq", b"")])
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable):
        create_live(tmp_path / "file", header())


def test_files_are_private(tmp_path: Path) -> None:
    with create_live(tmp_path / "live", header(), many_entries(1, 5)) as live:
        live.add([entry("a", "pdq", value(1))])
        live.remove("a")
    assert (tmp_path / "live").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "live").iterdir()} == {0o600}
    assert {path.name for path in (tmp_path / "live").iterdir()} == {
        "HEAD",
        "segment-0.tlist",
        "tail.log",
        "tombstones.log",
    }


def test_a_full_tail_becomes_a_segment_beside(tmp_path: Path) -> None:
    create_live(tmp_path, header()).close()
    with LiveWriter(tmp_path, tail_rows_max=10) as live:
        for number in range(10):
            live.add([entry(f"e{number}", "pdq", value(number))])
    with LiveWriter(tmp_path) as live:
        assert [len(one.view) for one in live._state.held] == [10]
        assert names(live) == {f"e{number}" for number in range(10)}
    assert (tmp_path / "tail.log").stat().st_size == 0


def test_changes_during_a_merge_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is added and removed while the segment is being written counts afterwards."""
    with create_live(tmp_path, header()) as live:
        live.add([entry("a", "pdq", value(1)), entry("b", "pdq", value(2))])

        def meanwhile(*arguments: Any) -> None:
            live.remove("a")
            live.add([entry("c", "pdq", value(3))])
            live.remove("b")
            live.add([entry("b", "md5", value(4, 16))])
            write_columns(*arguments)

        monkeypatch.setattr(live_writer, "write_columns", meanwhile)
        live.merge()
        monkeypatch.undo()
        expected = {("c", "pdq"), ("b", "md5")}
        assert {(one.entry, one.kind) for one in live.entries()} == expected
        reader = LiveList(tmp_path)
        assert {(one.entry, one.kind) for one in reader.entries()} == expected
    with LiveWriter(tmp_path) as live:
        assert {(one.entry, one.kind) for one in live.entries()} == expected


def test_a_disk_that_refuses_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with create_live(tmp_path, header()) as live:
        live.add([entry("a", "pdq", value(1))])

        def fail(*_: object) -> None:
            raise OSError(28, "No space left on device")

        for place in ("write_columns", "_write_head"):
            monkeypatch.setattr(live_writer, place, fail)
            with pytest.raises(Unavailable):
                live.merge()
            monkeypatch.undo()
        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(Unavailable):
            live.add([entry("b", "pdq", value(2))])
        monkeypatch.undo()
        assert names(live) == {"a"}
        live.merge()
        live.add([entry("c", "pdq", value(3))])
    assert names(LiveList(tmp_path)) == {"a", "c"}


def test_long_logs_that_cannot_be_shortened_do_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with create_live(tmp_path, header()) as live:
        live.add([entry("a", "pdq", value(1)), entry("b", "pdq", value(2))])
        live.remove("a")
        monkeypatch.setattr(LiveWriter, "_shorten_logs", lambda self: None)
        live.merge()
        live.add([entry("c", "pdq", value(3))])
        live.remove("b")
    with LiveWriter(tmp_path) as live:
        assert names(live) == {"c"}
        assert len(live) == 1


def test_failing_merge_beside_leaves_the_list_usable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create_live(tmp_path, header()).close()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with LiveWriter(tmp_path, tail_rows_max=2) as live:
        monkeypatch.setattr(live_writer, "write_columns", fail)
        for number in range(1, 6):
            live.add([entry(f"e{number}", "pdq", value(number))])
        if live._merger is not None:
            live._merger.join()
        monkeypatch.undo()
        assert len(live) == 5
        live.add([entry("e6", "pdq", value(6))])
    assert len(LiveList(tmp_path)) == 6


def test_closed_list_takes_nothing_more(tmp_path: Path) -> None:
    live = create_live(tmp_path, header())
    live.close()
    live.close()
    with pytest.raises(Unavailable, match="closed"):
        live.add([entry("a", "pdq", value(1))])


def test_removing_what_is_not_there_writes_nothing(tmp_path: Path) -> None:
    with create_live(tmp_path, header(), many_entries(1, 5)) as live:
        assert live.remove("nobody") == 0
        assert live.remove("ent_0", kind="none") == 0
        assert not (tmp_path / "tombstones.log").exists()


def test_leftovers_of_a_crash_are_cleared(tmp_path: Path) -> None:
    create_live(tmp_path, header(), many_entries(1, 5)).close()
    for name in ("segment-9-orphan.tlist", ".HEAD.abc.tmp", "README"):
        (tmp_path / name).write_bytes(b"x")
    LiveWriter(tmp_path).close()
    assert {path.name for path in tmp_path.iterdir()} == {"HEAD", "segment-0.tlist", "README"}


def test_questions_go_on_while_everything_changes(tmp_path: Path) -> None:
    """Entries that stay are found by every single question, through additions, removals and merges."""
    steady = [entry(f"steady{number}", "pdq", value(10_000 + number)) for number in range(20)]
    create_live(tmp_path, header(), steady).close()
    with LiveWriter(tmp_path, tail_rows_max=5) as live:
        reader = LiveList(tmp_path)
        engines = [MatchEngine([live], clock=FixedClock(NOW)), MatchEngine([reader])]
        missed: list[str] = []
        done = threading.Event()

        def ask(engine: MatchEngine) -> None:
            while not done.is_set():
                for one in steady:
                    found = {match.entry for match in engine.decide(file(pdq(one.value))).matches}
                    if one.entry not in found:
                        missed.append(one.entry)

        askers = [threading.Thread(target=ask, args=(engine,)) for engine in engines]
        for asker in askers:
            asker.start()
        for number in range(40):
            live.add([entry(f"e{number}", "pdq", value(number))])
            if number % 2:
                live.remove(f"e{number - 1}")
        done.set()
        for asker in askers:
            asker.join()
    assert not missed


@pytest.mark.slow
def test_killed_at_any_moment_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    """kill -9 a writer at random moments; every acknowledged change is there, nothing else is damaged."""
    rng = random.Random(5)
    folder = tmp_path / "live"
    create_live(folder, header(), [entry("base", "sha256", value(1))]).close()
    added: set[int] = set()
    removed: set[int] = set()
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    for life in range(6):
        command = [sys.executable, "-m", "tests.detect.matching.live_child", str(folder), str(life * 100_000)]
        child = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        assert child.stdout.readline() == "open\n"
        time.sleep(rng.uniform(0.02, 0.3))
        child.kill()
        for line in child.stdout.read().split("\n")[:-1]:  # a line that the kill cut off acknowledges nothing
            word, _, number = line.partition(" ")
            (added if word == "add" else removed).add(int(number))
        child.stdout.close()
        child.wait()
        with LiveWriter(folder) as live:
            live.verify()
            rows = [(one.entry, one.kind) for one in live.entries()]
        found = {name for name, _ in rows}
        assert len(rows) == len(set(rows))
        assert "base" in found
        unsure = max(added, default=0) - 1  # its removal may be on disk and not yet acknowledged
        if f"e{unsure}" not in found:
            removed.add(unsure)
        assert {f"e{number}" for number in added - removed} <= found
        assert not {f"e{number}" for number in removed} & found
        assert all((f"e{number}", "md5") in rows for number in added - removed)
    assert len(added) > 20
    assert removed


def test_what_the_system_refuses_is_unavailable_and_gives_the_lock_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_live(tmp_path, header()).close()

    def fail(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", fail)
    with pytest.raises(Unavailable):
        LiveWriter(tmp_path)
    monkeypatch.undo()
    head = (tmp_path / "HEAD").read_bytes()
    (tmp_path / "HEAD").write_bytes(b"damaged")
    with pytest.raises(Invalid):
        LiveWriter(tmp_path)
    (tmp_path / "HEAD").write_bytes(head)
    LiveWriter(tmp_path).close()


def test_entries_are_those_of_one_moment_whatever_merges_meanwhile(tmp_path: Path) -> None:
    with create_live(tmp_path, header(), many_entries(1, 30)) as live:
        live.add([entry("tail", "pdq", value(1))])
        listed = live.entries()
        before = [next(listed)]
        live.compact()
        before += listed
        assert [one.entry for one in before] == [one.entry for one in many_entries(1, 30)] + ["tail"]


def test_several_entries_are_removed_in_one_record(tmp_path: Path) -> None:
    entries = [entry(f"e{number}", "pdq", value(number)) for number in range(30)]
    with create_live(tmp_path, header(), entries, change=3) as live:
        assert live.change == 3
        first, second = "e0", "e1"
        assert live.remove_all([first, "nobody", second, first], change=8) == 2
        assert live.remove_all([first, "nobody"], change=9) == 0
        assert len(read_log(tmp_path / "tombstones.log").payloads) == 1
        assert (live.change, len(live)) == (8, 28)
    reader = LiveList(tmp_path)
    assert (reader.change, len(reader)) == (8, 28)


def test_large_addition_keeps_the_number_of_its_change(tmp_path: Path) -> None:
    with create_live(tmp_path, header(), tail_rows_max=5) as live:
        live.add(many_entries(1, 30), change=4)
    assert LiveList(tmp_path).change == 4
