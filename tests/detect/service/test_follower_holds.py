"""Which changes wait for a release (fault-injection.md, FI-24), as a replica sees them."""

from __future__ import annotations

from pathlib import Path

from tests.detect.service.drafts import NOW, act, add, create, remove
from tests.detect.service.test_follower import follow, held_log, log_with, many, names, one, problems
from tutela.detect.service.applied import LISTS
from tutela.detect.service.changes import MemoryChangeLog
from tutela.detect.service.standing import read_standing
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Conflict


def test_list_that_shrinks_too_much_is_held_and_the_old_state_answers(tmp_path: Path) -> None:
    log = held_log()
    progress = follow(log, tmp_path)
    assert problems(progress) == {8: (Conflict.code, True)}
    assert progress.holds["a"].reason == "shrink" and progress.holds["a"].since == 8
    assert "e5" in names(tmp_path, "a") and "e4" not in names(tmp_path, "a")
    log.append(add("a", one(1_000)))
    log.append(remove("a", "e50"))
    progress = follow(log, tmp_path)
    assert names(tmp_path, "a") >= {"e5", "e50", "e1000"} and progress.holds["a"].entries == 2
    log.append(act("a", "release"))
    progress = follow(log, tmp_path)
    assert progress.holds == {} and not names(tmp_path, "a") & {"e5", "e50"}
    assert len(names(tmp_path, "a")) == 94
    log.append(remove("a", "e60"))
    assert 12 not in problems(follow(log, tmp_path))


def test_whole_import_that_empties_a_list_is_held(tmp_path: Path) -> None:
    log = log_with(create("a"), add("a", *many(0, 100)), remove("a", *[f"e{n}" for n in range(100)]))
    assert follow(log, tmp_path).holds["a"].entries == 100
    assert len(names(tmp_path, "a")) == 100


def test_what_is_added_again_while_held_is_spared_by_the_release(tmp_path: Path) -> None:
    log = held_log()
    log.append(add("a", one(5)))
    log.append(act("a", "release"))
    follow(log, tmp_path)
    assert "e5" in names(tmp_path, "a")


def test_small_list_and_slow_removals_are_not_held(tmp_path: Path) -> None:
    small = log_with(create("a"), add("a", *many(0, 9)), remove("a", *[f"e{n}" for n in range(9)]))
    assert follow(small, tmp_path / "small").holds == {}
    clock = FixedClock(NOW)
    slow = MemoryChangeLog(clock=clock)
    slow.append(create("a"))
    slow.append(add("a", *many(0, 100)))
    for number in range(20):
        clock.advance(1_000)
        slow.append(remove("a", f"e{number}"))
    assert follow(slow, tmp_path / "slow").holds == {}


def test_removing_what_is_not_there_counts_for_nothing(tmp_path: Path) -> None:
    log = log_with(create("a"), add("a", *many(0, 100)), remove("a", *[f"x{n}" for n in range(50)]))
    assert follow(log, tmp_path).holds == {}


def test_list_whose_entries_are_all_switched_off_is_held(tmp_path: Path) -> None:
    log = log_with(
        create("a"), add("a", *many(0, 120)), act("a", "disable", ids=tuple(f"e{n}" for n in range(120)))
    )
    progress = follow(log, tmp_path)
    assert progress.holds["a"].entries == 120 and problems(progress) == {3: (Conflict.code, True)}


def test_source_that_goes_back_is_held_and_taken_on_release(tmp_path: Path) -> None:
    log = log_with(
        create("a"),
        add("a", one(1), source_version=7),
        add("a", one(2), source_version=6),
        remove("a", "e1", source_version=6),
        add("a", one(3), source_version=7),
    )
    progress = follow(log, tmp_path)
    assert problems(progress) == {3: (Conflict.code, True), 4: (Conflict.code, True)}
    assert progress.holds["a"].reason == "rollback" and names(tmp_path, "a") == {"e1", "e3"}
    log.append(act("a", "release"))
    follow(log, tmp_path)
    assert names(tmp_path, "a") == {"e2", "e3"}
    assert read_standing(tmp_path / LISTS / "a").source_version == 6
