from __future__ import annotations

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
from tutela.detect.service.changes import Change, Draft, checked_draft
from tutela.detect.service.folders import ListFolders
from tutela.detect.service.holds import HoldRules
from tutela.detect.service.keeper import Held, ListKeeper
from tutela.detect.service.standing import read_standing
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
