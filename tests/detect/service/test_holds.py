from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.matching.making import entry, value
from tests.detect.service.drafts import NOW, add, remove
from tutela.detect.matching.logs import pack_record
from tutela.detect.service.changes import Change, Draft
from tutela.detect.service.holds import (
    HeldLog,
    HoldRules,
    counted,
    hold_of,
    is_rollback,
    shrinks_too_much,
)
from tutela.detect.service.standing import Standing

BEGUN = Standing(born=1, change=1)
RULES = HoldRules()


def change(sequence: int, draft: Draft, *, after_seconds: float = 0.0) -> Change:
    return Change(sequence=sequence, made=NOW + timedelta(seconds=after_seconds), draft=draft)


@pytest.mark.parametrize(
    ("gone", "left", "held"),
    [(5, 95, False), (6, 94, True), (50, 950, False), (51, 949, True), (99, 0, False), (100, 0, True)],
)
def test_more_than_five_percent_of_a_hundred_is_too_much(gone: int, left: int, held: bool) -> None:
    after = counted(BEGUN, change(2, remove("a", "x")), gone, RULES)
    assert shrinks_too_much(after, left, RULES) is held


@given(st.lists(st.tuples(st.integers(0, 9_000), st.integers(1, 5)), min_size=1, max_size=30))
def test_window_counts_the_last_hour_and_stays_small(removals: list[tuple[int, int]]) -> None:
    standing = BEGUN
    for number, (after_seconds, entries) in enumerate(sorted(removals), 2):
        standing = counted(
            standing, change(number, remove("a", "x"), after_seconds=after_seconds), entries, RULES
        )
    last = max(after_seconds for after_seconds, _ in removals)
    within = sum(entries for after_seconds, entries in removals if after_seconds >= last - 3_600)
    longest = sum(entries for after_seconds, entries in removals if after_seconds >= last - 3_720)
    assert within <= sum(entries for _, entries in standing.removed) <= longest
    assert len(standing.removed) <= 61 and standing.counted == len(removals) + 1


def test_older_version_of_the_source_is_a_rollback() -> None:
    standing = replace(BEGUN, source_version=5)
    versions = [is_rollback(standing, change(2, add("a", source_version=number))) for number in (0, 4, 5, 6)]
    assert versions == [False, True, False, False]


def test_hold_keeps_its_beginning_and_grows() -> None:
    first = hold_of(BEGUN, change(2, remove("a", "x")), 3)
    assert (first.reason, first.since, first.entries) == ("shrink", 2, 3)
    more = hold_of(replace(BEGUN, hold=first), change(3, remove("a", "y")), 4)
    assert (more.reason, more.since, more.entries) == ("shrink", 2, 7)
    back = hold_of(replace(BEGUN, source_version=9), change(4, remove("a", "x", source_version=8)), 1)
    assert back.reason == "rollback"


def test_what_waits_is_kept_and_spared_over_a_restart(tmp_path: Path) -> None:
    held = HeldLog(tmp_path)
    held.hold(change(2, remove("a", "x", "y", "z")))
    held.hold(change(3, add("a", entry("w", "pdq", value(1)))))
    held.hold(change(4, remove("a", "x", "v")))
    held.spare(["nobody"])
    held.spare(["x", "z"])
    held.hold(change(5, remove("a", "x")))
    expected = {2: {"y"}, 3: None, 4: {"v"}, 5: {"x"}}
    assert held.waiting == expected == HeldLog(tmp_path).waiting
    held.clear()
    assert held.waiting == {} == HeldLog(tmp_path).waiting
    held.clear()
    held.hold(change(6, remove("a", "q")))
    assert HeldLog(tmp_path).waiting == {6: {"q"}}


def test_keeping_a_change_again_changes_nothing(tmp_path: Path) -> None:
    held = HeldLog(tmp_path)
    for _ in range(2):
        held.hold(change(2, remove("a", "x", "y")))
    assert HeldLog(tmp_path).waiting == {2: {"x", "y"}}


@pytest.mark.parametrize("payload", [b"1", b"{}", b'{"change": -1, "ids": []}', b'{"change": 1, "ids": "a"}'])
def test_damaged_file_is_refused(tmp_path: Path, payload: bytes) -> None:
    (tmp_path / "held.log").write_bytes(pack_record(payload))
    with pytest.raises(ValueError):
        HeldLog(tmp_path)
