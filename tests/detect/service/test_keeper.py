from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.detect.matching.making import entry, value
from tests.detect.service.drafts import NOW, act, add, create, remove
from tutela.detect.matching.live import LiveList
from tutela.detect.matching.live_writer import LiveWriter
from tutela.detect.matching.logs import read_log
from tutela.detect.service.changes import Change, Draft, MemoryChangeLog, checked_draft
from tutela.detect.service.folders import ListFolders
from tutela.detect.service.follower import Follower
from tutela.detect.service.holds import HoldRules
from tutela.detect.service.keeper import Held, ListKeeper
from tutela.detect.service.standing import read_standing, write_standing
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Conflict, Unavailable

RULES = HoldRules(entries_min=10)


def one(number: int) -> Any:
    return entry(f"e{number}", "pdq", value(number))


def no_past(sequence: int) -> Change:
    raise AssertionError(f"nobody needs change {sequence}")


class Told:
    """A keeper and the changes it was given, so that they can be given again."""

    def __init__(self, folder: Path) -> None:
        folders = ListFolders(folder)
        folders.create(
            Change(sequence=1, made=NOW, draft=checked_draft(create("a"))),
            lists_max=1,
        )
        self.path, self.changes = folders.path("a"), {1: Change(sequence=1, made=NOW, draft=create("a"))}
        self.keeper = ListKeeper(self.path, RULES)

    def tell(self, draft: Draft, *, after_seconds: float = 0.0) -> Change:
        made = NOW + timedelta(seconds=after_seconds)
        change = Change(sequence=len(self.changes) + 1, made=made, draft=draft)
        self.changes[change.sequence] = change
        self.keeper.apply(change, self.changes.__getitem__)
        return change

    def reopened(self) -> ListKeeper:
        self.keeper.close()
        self.keeper = ListKeeper(self.path, RULES)
        return self.keeper

    def ids(self) -> list[str]:
        return sorted(row.entry for row in LiveList(self.path).entries())


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    made = Told(tmp_path)
    yield made
    made.keeper.close()


def test_mark_is_known_after_a_restart(told: Told) -> None:
    assert told.keeper.mark == 1
    told.tell(add("a", one(1)))
    assert told.reopened().mark == 2
    told.tell(act("a", "ratio", ratio=0.0))
    assert told.reopened().mark == 3 and told.keeper.standing.ratio == 0.0


def test_changes_below_the_mark_are_done_and_the_marked_one_may_come_again(told: Told) -> None:
    first = told.tell(add("a", one(1)))
    last = told.tell(remove("a", "e1"))
    for change in (first, last, last):
        told.keeper.apply(change, no_past)
    assert told.ids() == []


def test_additions_written_together_bear_the_first_number(told: Told) -> None:
    changes = [Change(sequence=n, made=NOW, draft=add("a", one(n))) for n in (2, 3, 4)]
    assert all(told.keeper.can_join(change) for change in changes)
    for _ in range(2):
        told.keeper.add_together(changes)
    assert told.keeper.mark == 2 and told.ids() == ["e2", "e3", "e4"]
    assert not told.keeper.can_join(replace(changes[0], draft=remove("a", "x")))
    assert not told.keeper.can_join(replace(changes[0], draft=add("a", source_version=3)))
    assert not told.keeper.can_join(replace(changes[0], sequence=1))


def test_disabled_entries_and_ratio_stand_beside_the_list(told: Told) -> None:
    until = NOW + timedelta(seconds=60)
    told.tell(act("a", "disable", ids=("x", "y"), until=until))
    told.tell(act("a", "disable", ids=("z",)))
    told.tell(act("a", "enable", ids=("y", "nobody")))
    told.tell(act("a", "ratio", ratio=0.25, seed="s"))
    standing = read_standing(told.path)
    assert (standing.disabled, standing.ratio, standing.seed) == ({"x": until, "z": None}, 0.25, "s")
    told.tell(act("a", "enable", ids=("q",)), after_seconds=61)
    assert read_standing(told.path).disabled == {"z": None}


def test_hold_survives_a_restart_and_grows_once(told: Told) -> None:
    told.tell(add("a", *[one(number) for number in range(20)]))
    for number in (1, 2):
        with pytest.raises(Held):
            told.tell(remove("a", f"e{number}", "e9"))
    for change in (told.changes[3], told.changes[4], told.changes[4]):
        with pytest.raises(Held):
            told.reopened().apply(change, no_past)
    hold = told.keeper.standing.hold
    assert hold is not None and (hold.since, hold.entries) == (3, 4)
    assert not told.keeper.can_join(Change(sequence=9, made=NOW, draft=add("a", one(50))))
    told.tell(act("a", "release"))
    assert "e1" not in told.ids() and "e9" not in told.ids() and len(told.ids()) == 17
    told.keeper.apply(told.changes[5], no_past)
    with pytest.raises(Conflict, match="nothing"):
        told.tell(act("a", "release"))


def test_version_of_the_source_is_remembered(told: Told) -> None:
    told.tell(add("a", source_version=4))
    told.tell(remove("a", "nobody", source_version=5))
    assert told.reopened().standing.source_version == 5
    with pytest.raises(Held):
        told.tell(add("a", source_version=4))


def test_folder_that_is_damaged_or_in_use_is_unavailable(told: Told) -> None:
    with pytest.raises(Unavailable):
        ListKeeper(told.path, RULES)
    told.keeper.close()
    (told.path / "standing.json").write_bytes(b"{")
    with pytest.raises(Unavailable):
        ListKeeper(told.path, RULES)
    LiveWriter(told.path).close()
    (told.path / "HEAD").write_bytes(b"")
    with pytest.raises(Unavailable):
        ListKeeper(told.path, RULES)


def test_disk_that_refuses_is_unavailable(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tutela.detect.service.keeper.write_standing", full)
    with pytest.raises(Unavailable, match="No space"):
        told.tell(act("a", "ratio", ratio=0.5))


def test_a_removal_that_comes_after_a_waiting_addition_waits_as_well(tmp_path: Path) -> None:
    told = Told(tmp_path)
    told.tell(add("a", one(1), source_version=9))
    with pytest.raises(Held):
        told.tell(add("a", one(2), source_version=8))
    with pytest.raises(Held):
        told.tell(remove("a", "e2"))
    assert told.reopened().standing.hold is not None
    told.tell(act("a", "release"))
    assert told.ids() == ["e1"]
    told.keeper.close()


# --- entries that are switched off ---------------------------------------------------------------------


def filled(told: Told, entries: int = 20) -> None:
    told.tell(add("a", *[one(number) for number in range(entries)]))


def off(*numbers: int, **fields: Any) -> Draft:
    return act("a", "disable", ids=tuple(f"e{number}" for number in numbers), **fields)


def held_by(told: Told, draft: Draft, **fields: Any) -> None:
    with pytest.raises(Held):
        told.tell(draft, **fields)


def silent(told: Told) -> set[str]:
    return set(read_standing(told.path).disabled)


def test_switching_all_entries_off_is_held_until_it_is_released(told: Told) -> None:
    filled(told)
    held_by(told, off(*range(20)))
    hold = told.keeper.standing.hold
    assert hold is not None and (hold.reason, hold.since, hold.entries) == ("shrink", 3, 20)
    assert silent(told) == set()
    with pytest.raises(Held):
        told.reopened().apply(told.changes[3], no_past)
    told.tell(act("a", "release"))
    assert len(silent(told)) == 20 and len(told.ids()) == 20


def test_entries_switched_off_and_removed_count_together_and_once(told: Told) -> None:
    filled(told, 100)
    told.tell(off(0, 1, 2))
    told.tell(off(0, 1, 2, until=NOW + timedelta(days=1)))
    told.tell(remove("a", "e0", "e1", "e2"))
    told.tell(remove("a", "e3"))
    told.tell(off(4))
    told.keeper.apply(told.changes[7], no_past)
    held_by(told, off(5))
    assert silent(told) == {"e0", "e1", "e2", "e4"}


def test_share_is_of_what_answers(told: Told) -> None:
    filled(told, 40)
    told.tell(off(0, 1))
    for hours, numbers in enumerate(((2,), (3,), (4,), (5,)), 1):
        told.tell(off(*numbers), after_seconds=hours * 4_000)
    held_by(told, off(6, 7), after_seconds=20_000)  # 2 of 34; of all 40 it would be 5 %


def test_entries_off_for_a_time_that_is_over_count_again(told: Told) -> None:
    filled(told, 40)
    told.tell(off(0, 1, until=NOW + timedelta(seconds=10)))
    held_by(told, off(0, 1), after_seconds=20)


def test_switching_on_spares_what_waits_and_the_rest_follows_in_its_order(told: Told) -> None:
    filled(told, 40)
    until = NOW + timedelta(days=1)
    held_by(told, off(0, 1, 2, 3))
    held_by(told, off(1, until=until))
    held_by(told, remove("a", "e2"))
    told.tell(act("a", "enable", ids=("e2", "e3")))
    told.tell(add("a", one(2), one(0)))
    told.reopened()
    told.tell(act("a", "release"))
    assert read_standing(told.path).disabled == {"e0": None, "e1": until}
    assert len(told.ids()) == 40
    assert told.keeper.standing.lost == () == told.keeper.standing.removed


def test_while_held_what_costs_nothing_is_done_at_once_unless_it_would_overtake(told: Told) -> None:
    filled(told, 40)
    told.tell(off(0))
    held_by(told, off(0, 1, 2, 3, until=NOW + timedelta(days=1)))
    told.tell(off(50))
    held_by(told, off(0, until=NOW + timedelta(days=2)))
    assert read_standing(told.path).disabled == {"e0": None, "e50": None}


def test_import_whose_contents_come_switched_off_is_not_held(told: Told) -> None:
    told.tell(act("a", "ratio", ratio=0.0))
    filled(told, 40)
    told.tell(off(*range(20)))
    told.reopened()
    told.tell(act("a", "ratio", ratio=1.0))
    assert len(silent(told)) == 20
    held_by(told, off(*range(20, 40)))


def test_share_of_nothing_frees_no_list_that_answered_before(told: Told) -> None:
    filled(told)
    told.tell(act("a", "ratio", ratio=0.0))
    held_by(told, off(*range(20)))


def test_older_release_passes_over_what_waits_to_be_switched_off(told: Told) -> None:
    """It removes what stands under ``ids``: that must never be what was to be switched off."""
    filled(told)
    held_by(told, off(*range(20)))
    told.tell(act("a", "enable", ids=("e1",)))
    records = [json.loads(payload) for payload in read_log(told.path / "held.log").payloads]
    assert len(records) == 2 and not any(record.get("ids") for record in records)


def test_time_that_is_over_already_costs_nothing(told: Told) -> None:
    filled(told)
    told.tell(off(*range(20), until=NOW))
    assert silent(told) == set()


def test_entries_are_switched_off_together_as_they_would_be_alone(tmp_path: Path) -> None:
    """The same standing, and the same number from which on it is held."""
    drafts = [off(n, until=NOW + timedelta(seconds=n)) for n in range(1, 5)] + [off(1, 2), off(90)]
    folders = tmp_path / "together", tmp_path / "alone"
    for folder in folders:
        folder.mkdir()
    together, alone = map(Told, folders)
    for told in (together, alone):
        filled(told, 80)
    changes = [Change(sequence=n, made=NOW, draft=draft) for n, draft in enumerate(drafts, 3)]
    assert together.keeper.silence_together(changes)
    assert not together.keeper.silence_together(changes)
    for draft in drafts:
        alone.tell(draft)
    assert together.keeper.standing == replace(alone.keeper.standing, counted=6)
    assert read_standing(together.path) == together.keeper.standing
    more = [Change(sequence=n, made=NOW, draft=off(n)) for n in (9, 10)]
    assert not together.keeper.silence_together(more)  # the fifth of 80 is held, and so all come alone
    assert read_standing(together.path) == together.keeper.standing
    for told in (together, alone):
        told.keeper.close()


def test_many_entries_with_times_of_their_own_are_written_seldom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each write holds all entries that are off: one a change would take the square of their number."""
    written: list[int] = []

    def count(folder: Path, standing: Any) -> None:
        written.append(len(standing.disabled))
        write_standing(folder, standing)

    monkeypatch.setattr("tutela.detect.service.keeper.write_standing", count)
    log = MemoryChangeLog(clock=FixedClock(NOW))
    log.append(create("a"))
    log.append(act("a", "ratio", ratio=0.0))
    log.append(add("a", *[one(number) for number in range(1_500)]))
    for number in range(1_500):
        log.append(off(number, until=NOW + timedelta(days=1, seconds=number)))
    with Follower(log, tmp_path, clock=FixedClock(NOW)) as follower:
        while follower.step():
            pass
    assert written[-1] == 1_500 and len(written) <= 4
