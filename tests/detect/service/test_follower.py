from __future__ import annotations

import json
import os
import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.detect.matching.making import entry, file, pdq, value
from tests.detect.service.drafts import NOW, act, add, create, remove
from tutela.detect.matching.engine import MatchEngine
from tutela.detect.matching.live import LiveList
from tutela.detect.service import follower as follower_of
from tutela.detect.service.applied import LISTS, Progress, read_progress
from tutela.detect.service.changes import Change, Draft, MemoryChangeLog
from tutela.detect.service.follower import METRICS, Follower
from tutela.detect.service.holds import HeldLog, HoldRules
from tutela.detect.service.keeper import ListKeeper
from tutela.detect.service.shelf import Shelf
from tutela.detect.service.standing import read_standing
from tutela.kernel import log as log_of
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Conflict, Invalid, Refused, TutelaError, Unavailable
from tutela.kernel.metrics import PrometheusMetrics

RULES = HoldRules(entries_min=10)
ROOT = Path(__file__).parents[3]


def one(number: int, **fields: Any) -> Any:
    return replace(entry(f"e{number}", "pdq", value(number)), **fields)


def many(first: int, count: int) -> list[Any]:
    return [one(number) for number in range(first, first + count)]


def log_with(*drafts: Draft) -> MemoryChangeLog:
    log = MemoryChangeLog(clock=FixedClock(NOW))
    for draft in drafts:
        log.append(draft)
    return log


def follow(log: MemoryChangeLog, folder: Path, *, tail_rows_max: int = 1_000) -> Progress:
    """Works everything in and ends."""
    with Follower(
        log, folder, clock=FixedClock(NOW), rules=RULES, lists_max=5, tail_rows_max=tail_rows_max
    ) as follower:
        while follower.step():
            pass
    return read_progress(folder)


def names(folder: Path, name: str) -> set[str]:
    return {row.entry for row in LiveList(folder / LISTS / name).entries()}


def everything(folder: Path) -> dict[str, Any]:
    """What a replica amounts to; two of the same log must be equal in it.

    What was held and is released since may be remembered as held or as applied: both are true.
    """
    progress, lists = read_progress(folder), {}
    for path in sorted((folder / LISTS).iterdir()):
        standing = replace(read_standing(path), change=0, counted=0)
        rows = Counter(LiveList(path).entries())
        lists[path.name] = (rows, standing, HeldLog(path).waiting)
    waiting = {sequence for _, _, held in lists.values() for sequence in held}
    left = tuple(one for one in progress.problems if not one.held or one.sequence in waiting)
    return {"progress": replace(progress, log="", problems=left), "lists": lists}


def held_log() -> MemoryChangeLog:
    """100 entries, of which 5 go, and then a sixth."""
    removals = [remove("a", f"e{number}") for number in range(6)]
    return log_with(create("a"), add("a", *many(0, 100)), *removals)


def problems(progress: Progress) -> dict[int, tuple[str, bool]]:
    return {one.sequence: (one.code, one.held) for one in progress.problems}


def test_changes_become_live_and_the_replica_says_how_far_it_is(tmp_path: Path) -> None:
    log = log_with(create("a"), add("a", *many(0, 3)), remove("a", "e1"), create("b"))
    progress = follow(log, tmp_path)
    assert (progress.sequence, progress.log, progress.problems) == (4, log.identity, ())
    assert set(progress.lists) == {"a", "b"}
    assert names(tmp_path, "a") == {"e0", "e2"} and names(tmp_path, "b") == set()
    assert follow(log, tmp_path) == progress


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (add("nowhere", one(1)), Invalid.code),
        (act("nowhere", "retire"), Invalid.code),
        (create("a"), Conflict.code),
        (act("a", "release"), Conflict.code),
    ],
)
def test_change_that_cannot_be_applied_is_answered_and_passed_over(
    tmp_path: Path, draft: Draft, code: str
) -> None:
    progress = follow(log_with(create("a"), draft, add("a", one(1))), tmp_path)
    assert problems(progress) == {2: (code, False)}
    assert names(tmp_path, "a") == {"e1"}
    assert progress.problems[0].as_error().code == code


def test_too_many_lists_are_refused(tmp_path: Path) -> None:
    progress = follow(log_with(*[create(f"l{number}") for number in range(7)]), tmp_path)
    assert problems(progress) == {6: (Refused.code, False), 7: (Refused.code, False)}


def test_problems_are_kept_for_the_last_changes_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower_of, "PROBLEMS_MAX", 3)
    progress = follow(log_with(*[add("nowhere", one(number)) for number in range(10)]), tmp_path)
    assert list(problems(progress)) == [8, 9, 10] and progress.forgotten == 7


def test_list_that_was_retired_is_gone_and_its_name_may_be_used_again(tmp_path: Path) -> None:
    log = log_with(create("a"), add("a", one(1)), act("a", "retire"))
    assert follow(log, tmp_path).lists == {}
    assert not list((tmp_path / LISTS).iterdir())
    log.append(create("a"))
    log.append(add("a", one(2)))
    follow(log, tmp_path)
    assert names(tmp_path, "a") == {"e2"}


def test_second_follower_of_a_folder_is_refused(tmp_path: Path) -> None:
    log = log_with()
    with Follower(log, tmp_path), pytest.raises(Conflict):
        Follower(log, tmp_path)
    Follower(log, tmp_path).close()


def test_folder_of_another_log_is_refused(tmp_path: Path) -> None:
    follow(log_with(create("a")), tmp_path)
    with pytest.raises(Conflict, match="another change log"):
        Follower(log_with(), tmp_path)


def test_log_that_went_back_stops_the_follower_and_nothing_is_lost(tmp_path: Path) -> None:
    log = log_with(create("a"), add("a", one(1)))
    follow(log, tmp_path)
    del log._changes[1:]
    with Follower(log, tmp_path) as follower, pytest.raises(Unavailable, match="went back"):
        follower.step()
    assert names(tmp_path, "a") == {"e1"}


def test_damaged_list_stops_the_follower_instead_of_losing_a_change(tmp_path: Path) -> None:
    log = log_with(create("a"), create("b"))
    follow(log, tmp_path)
    (tmp_path / LISTS / "a" / "HEAD").write_bytes(b"damaged")
    log.append(add("b", one(1)))
    log.append(add("a", one(1)))
    with Follower(log, tmp_path) as follower:
        for _ in range(2):
            with pytest.raises(Unavailable):
                follower.step()
        assert follower.sequence == 3
    assert names(tmp_path, "b") == {"e1"}


def test_damaged_list_may_be_retired(tmp_path: Path) -> None:
    log = log_with(create("a"))
    follow(log, tmp_path)
    (tmp_path / LISTS / "a" / "HEAD").write_bytes(b"damaged")
    log.append(act("a", "retire"))
    log.append(create("a"))
    assert follow(log, tmp_path).problems == () and names(tmp_path, "a") == set()


def test_disk_that_refuses_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = log_with(create("a"), add("a", one(1)))
    with Follower(log, tmp_path) as follower:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ListKeeper, "apply", lambda *_: (_ for _ in ()).throw(Unavailable("full")))
            with pytest.raises(Unavailable):
                follower.step()
        assert follower.sequence == 1
        assert follower.step() == 1
    assert names(tmp_path, "a") == {"e1"}


def test_heartbeat_says_when_nothing_was_left_to_do(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    log = log_with(create("a"))
    with Follower(log, tmp_path, clock=clock) as follower:
        follower.step()
        clock.advance(60)
        follower._touched_seconds = -100.0
        assert follower.step() == 0
        assert (tmp_path / "applied.json").stat().st_mtime == (NOW + timedelta(seconds=60)).timestamp()
        clock.advance(60)
        log.append(create("b"))
        follower.step()
        assert (tmp_path / "applied.json").stat().st_mtime == (NOW + timedelta(seconds=60)).timestamp()


def test_lists_that_are_made_anew_are_as_old_as_what_they_lack(tmp_path: Path) -> None:
    """From the first moment: an answer from a part of them must not look like one from all."""
    clock = FixedClock(NOW)
    log = MemoryChangeLog(clock=clock)
    for draft in (create("a"), add("a", one(1))):
        log.append(draft)
    clock.advance(3_600)
    with Follower(log, tmp_path, clock=clock) as follower:
        follower.step()
        assert Shelf(tmp_path, clock=clock).applied().behind_seconds == 3_600
        follower.step()
        assert Shelf(tmp_path, clock=clock).applied().behind_seconds == 0


def test_replica_that_was_away_is_behind_since_it_left(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    log = MemoryChangeLog(clock=clock)
    log.append(create("a"))
    with Follower(log, tmp_path, clock=clock) as follower:
        follower.step()
        follower.step()
    clock.advance(600)
    log.append(add("a", one(1)))
    clock.advance(600)
    with Follower(log, tmp_path, clock=clock) as follower:
        follower.step()
        assert Shelf(tmp_path, clock=clock).applied().behind_seconds == 1_200
        follower.step()
        assert Shelf(tmp_path, clock=clock).applied().behind_seconds == 0


# --- running ----------------------------------------------------------------------------------------


def test_change_is_found_by_a_reader_within_a_second_while_it_runs(tmp_path: Path) -> None:
    log, stop = MemoryChangeLog(), threading.Event()
    with Follower(log, tmp_path) as follower:
        running = threading.Thread(target=follower.run, args=(stop,))
        running.start()
        try:
            shelf = Shelf(tmp_path)
            assert shelf.wait(log.append(create("a")), 5.0).applied
            for number in range(5):
                began = time.monotonic()
                assert shelf.wait(log.append(add("a", one(number))), 5.0).applied
                assert time.monotonic() - began < 1.0
                (match,) = MatchEngine(shelf.lists()).decide(file(pdq(value(number)))).matches
                assert match.entry == f"e{number}"
            assert shelf.wait(log.append(remove("a", "e3")), 5.0).applied
            assert not MatchEngine(shelf.lists()).decide(file(pdq(value(3)))).matches
            assert shelf.applied().behind_seconds == 0.0
        finally:
            stop.set()
            running.join()


def test_follower_goes_on_when_the_log_is_back_and_says_so_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(follower_of, "FAULT_SECONDS", 0.01)
    log_of.configure(level="info", stream=None, clock=FixedClock(NOW))
    log, stop, metrics = log_with(create("a")), threading.Event(), PrometheusMetrics(METRICS)
    faults = [Unavailable("away")] * 3

    class Away:
        identity = log.identity

        def after(self, sequence: int, limit: int) -> list[Change]:
            if faults:
                raise faults.pop()
            return log.after(sequence, limit)

        def head(self) -> int:
            stop.set()
            return log.head()

    with Follower(Away(), tmp_path, metrics=metrics) as follower:  # type: ignore[arg-type]  # a log with faults
        follower.run(stop)
        assert follower.sequence == 1
    log_of.configure()
    lines = [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()]
    assert lines == ["follower_stopped", "follower_goes_on"]
    assert b"tutela_follower_faults_total 3.0" in metrics.exposition()


def test_hold_is_said_loudly_without_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log_of.configure(level="info", clock=FixedClock(NOW))
    metrics = PrometheusMetrics(METRICS)
    with Follower(held_log(), tmp_path, metrics=metrics, rules=RULES) as follower:
        follower.step()
    log_of.configure()
    (line,) = [json.loads(text) for text in capsys.readouterr().err.splitlines()]
    assert (line["event"], line["reason"], line["level"]) == ("list_held", "shrink", "error")
    assert b'tutela_follower_changes_total{outcome="held"} 1.0' in metrics.exposition()
    assert b"tutela_follower_held_lists_count 1.0" in metrics.exposition()


def test_few_lists_are_open_for_writing_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower_of, "OPEN_LISTS_MAX", 2)
    drafts = [create(f"l{n}") for n in range(5)] + [add(f"l{n % 5}", one(n)) for n in range(10)]
    with Follower(log_with(*drafts), tmp_path) as follower:
        follower.step()
        assert len(follower._keepers) == 2
    assert [names(tmp_path, f"l{n}") for n in range(5)] == [{f"e{n}", f"e{n + 5}"} for n in range(5)]


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def resident_kib() -> int:
    text = Path("/proc/self/status").read_text("ascii")
    return int(text.split("VmRSS:")[1].split()[0])


@pytest.mark.slow
def test_memory_and_files_stay_bounded_over_many_small_changes(tmp_path: Path) -> None:
    """20,000 changes, more than an hour's worth; the shelf of a reader goes along."""
    log, shelf = log_with(create("a")), Shelf(tmp_path)
    seen: list[tuple[int, int, int]] = []
    with Follower(log, tmp_path, rules=RULES, tail_rows_max=500) as follower:
        for block in range(40):
            for number in range(490):
                log.append(add("a", one(block * 490 + number)))
            for number in range(10):
                log.append(remove("a", f"e{block * 490 + number}"))
                log.append(act("a", "release"))
            while follower.step():
                pass
            shelf.lists()[0].parts()
            files = len(list((tmp_path / LISTS / "a").iterdir()))
            seen.append((descriptors(), resident_kib(), files))
    early, late = seen[10], seen[-1]
    assert log.head() >= 20_000 and len(names(tmp_path, "a")) == 40 * 480
    assert late[0] <= early[0] + 10
    assert late[1] <= early[1] + 40 * 1_024  # the log itself, kept in memory here, grows by about 25 MiB
    assert max(files for _, _, files in seen) <= 20


def test_errors_of_the_families_only_leave_the_follower(tmp_path: Path) -> None:
    (tmp_path / "applied.json").write_bytes(b"{")
    with pytest.raises(TutelaError):
        Follower(log_with(), tmp_path)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(TutelaError):
        Follower(log_with(), tmp_path / "file")
