from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.detect.matching.making import entry, value
from tests.detect.service.drafts import NOW, act, add, create, remove
from tutela.detect.service.applied import LISTS
from tutela.detect.service.changes import Draft, MemoryChangeLog
from tutela.detect.service.doctor.findings import Finding
from tutela.detect.service.doctor.lists import count_lists, lists
from tutela.detect.service.follower import Follower
from tutela.detect.service.holds import HoldRules
from tutela.detect.service.shelf import Shelf
from tutela.kernel.clock import FixedClock


class Replica:
    """A folder of lists that a follower writes and the checks read."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.folder = FixedClock(NOW), folder
        self.log = MemoryChangeLog(clock=self.clock)
        self.follower = Follower(
            self.log, folder, clock=self.clock, rules=HoldRules(entries_min=5), tail_rows_max=4
        )

    def tell(self, *drafts: Draft) -> None:
        for draft in drafts:
            self.log.append(draft)
            self.follower.step()

    def found(self, **chosen: Any) -> list[Finding]:
        shelf = Shelf(self.folder, clock=self.clock)
        try:
            return list(lists(self.folder, shelf, self.clock, **chosen))
        finally:
            shelf.close()

    def states(self) -> list[tuple[str, str]]:
        return [(one.check, one.state) for one in self.found()]


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    made = Replica(tmp_path)
    yield made
    made.follower.close()


def many(count: int) -> list[Any]:
    return [replace(entry(f"e{number}", "pdq", value(number))) for number in range(count)]


def test_no_list_knows_nothing(replica: Replica) -> None:
    assert replica.states() == [("lists", "warn")]


def test_lists_in_order_are_one_line(replica: Replica) -> None:
    replica.tell(create("one"), add("one", *many(3)), create("two"))
    replica.clock.advance(timedelta(hours=5).total_seconds())
    (told,) = replica.found()
    assert told.state == "ok"
    assert told.what == (
        "2 lists in order, 2 of them read through; 3 entries; the longest without a change for 5 hours"
    )


def test_a_large_list_is_only_opened(replica: Replica) -> None:
    replica.tell(create("one"), add("one", *many(3)))
    (told,) = replica.found(verify_bytes_max=1)
    assert "1 list in order, 0 of them read through" in told.what


def test_a_held_list_is_told_by_name(replica: Replica) -> None:
    replica.tell(create("one"), add("one", *many(10)), remove("one", *[f"e{n}" for n in range(6)]))
    (told,) = replica.found()
    assert (told.state, told.what) == ("warn", "the list one is held in an older state (shrink)")


def test_a_list_that_is_out_of_date_is_told(replica: Replica) -> None:
    replica.tell(create("one", stale_after_seconds=60), create("two"))
    assert replica.states() == [("lists", "ok")]
    replica.clock.advance(61)
    assert replica.states() == [("list", "warn"), ("lists", "ok")]


def test_a_list_that_cannot_be_read_fails(replica: Replica) -> None:
    replica.tell(create("one"), create("two"))
    (replica.folder / LISTS / "one" / "HEAD").write_bytes(b"not one of ours")
    assert replica.states() == [("list", "fail"), ("lists", "ok")]


def test_a_damaged_byte_fails(replica: Replica) -> None:
    replica.tell(create("one"), add("one", *many(40)))
    replica.follower.close()  # merges are done
    (segment,) = (replica.folder / LISTS / "one").glob("segment-*.tlist")
    raw = bytearray(segment.read_bytes())
    raw[raw.index(value(7))] ^= 1
    segment.write_bytes(raw)
    (told,) = replica.found()
    assert (told.check, told.state) == ("list", "fail")
    assert [one.state for one in replica.found(verify_bytes_max=1)] == ["ok"]


@pytest.mark.parametrize(
    ("passed", "said"),
    [(timedelta(days=3, hours=4), "3 days"), (timedelta(hours=1), "1 hour"), (timedelta(0), "0 minutes")],
)
def test_ages_are_words(replica: Replica, passed: timedelta, said: str) -> None:
    replica.tell(create("one"))
    replica.clock.advance(passed.total_seconds())
    (told,) = replica.found()
    assert told.what.endswith(f"for {said}")


def test_lists_are_counted_without_opening_them(replica: Replica) -> None:
    assert count_lists(replica.folder / "none") == 0
    replica.tell(create("one"), create("two"), act("two", "retire"))
    assert count_lists(replica.folder) == 1
