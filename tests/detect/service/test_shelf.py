from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.detect.matching.making import entry, file, pdq, value
from tests.detect.service.drafts import NOW, act, add, create, remove
from tutela.detect.matching.engine import MatchEngine
from tutela.detect.service.changes import Draft, MemoryChangeLog
from tutela.detect.service.follower import Follower
from tutela.detect.service.holds import HoldRules
from tutela.detect.service.shelf import LOOK_SECONDS, RETRY_SECONDS, EntryFacts, Shelf
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Invalid, Refused, Unavailable


class Replica:
    """A log, a follower and a shelf on one clock."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.clock = FixedClock(NOW)
        self.log = MemoryChangeLog(clock=self.clock)
        self.folder = folder
        self.follower = Follower(self.log, folder, clock=self.clock, rules=HoldRules(entries_min=10))
        self.shelf = Shelf(folder, clock=self.clock, **settings)

    def tell(self, *drafts: Draft) -> int:
        """Changes worked in, and the shelf due to look again."""
        for draft in drafts:
            self.log.append(draft)
        while self.follower.step():
            pass
        self.clock.advance(LOOK_SECONDS)
        return self.log.head()

    def met(self, number: int, *names: str) -> set[str]:
        engine = MatchEngine(self.shelf.lists(names), clock=self.clock)
        return {f"{match.list}:{match.entry}" for match in engine.decide(file(pdq(value(number)))).matches}


def one(number: int, **more: Any) -> Any:
    return replace(entry(f"e{number}", "pdq", value(number)), **more)


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    made = Replica(tmp_path)
    yield made
    made.shelf.close()
    made.follower.close()


def test_empty_folder_has_no_lists_and_nothing_applied(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    shelf = Shelf(tmp_path / "nowhere", clock=clock)
    assert (shelf.names(), shelf.lists(), shelf.stale()) == ((), (), ())
    clock.advance(10)
    assert (shelf.applied().sequence, shelf.applied().behind_seconds) == (0, 10.0)


def test_new_changed_and_retired_lists_are_noticed(replica: Replica) -> None:
    replica.tell(create("a"), add("a", one(1)))
    assert replica.shelf.names() == ("a",) and replica.met(1) == {"a:e1"}
    replica.tell(create("b"), add("b", one(1)), add("a", one(2)))
    assert replica.shelf.names() == ("a", "b")
    assert (
        replica.met(1) == {"a:e1", "b:e1"} and replica.met(1, "b") == {"b:e1"} and replica.met(2) == {"a:e2"}
    )
    replica.tell(act("a", "retire"))
    assert replica.shelf.names() == ("b",) and replica.met(1) == {"b:e1"}


def test_same_lists_are_the_same_objects_until_lists_change(replica: Replica) -> None:
    replica.tell(create("a"), create("b"))
    first = replica.shelf.lists()
    replica.tell(add("a", one(1)), act("a", "disable", ids=("x",)))
    assert replica.shelf.lists() is first
    replica.tell(create("c"))
    again = replica.shelf.lists()
    assert len(again) == 3 and again[:2] == first


def test_list_that_was_retired_and_made_again_is_another(replica: Replica) -> None:
    replica.tell(create("a"), add("a", one(1)))
    assert replica.met(1) == {"a:e1"}
    replica.tell(act("a", "retire"), create("a"), add("a", one(2)))
    assert replica.met(1) == set() and replica.met(2) == {"a:e2"}


def test_list_that_is_retired_under_a_question_goes_on_answering(replica: Replica) -> None:
    replica.tell(create("a"), add("a", one(1)))
    engine = MatchEngine(replica.shelf.lists(), clock=replica.clock)
    replica.tell(act("a", "retire"))
    for _ in range(3):
        assert engine.decide(file(pdq(value(1)))).matches
        replica.clock.advance(LOOK_SECONDS)
        replica.shelf._open["a"].live.close()


def test_unknown_list_is_named_as_wrong(replica: Replica) -> None:
    replica.tell(create("a"))
    for ask in (
        lambda: replica.shelf.lists(("a", "nope")),
        lambda: replica.shelf.state("nope"),
        lambda: replica.shelf.entry("nope", "e"),
    ):
        with pytest.raises(Invalid) as wrong:
            ask()
        assert wrong.value.field == "list"


def test_entry_says_everything_but_its_value(replica: Replica) -> None:
    labels: dict[str, Any] = {
        "source": "s",
        "law": "l",
        "legal_class": "csam",
        "scheme": "uk-iwf",
        "category": "A",
    }
    rows = [one(1, **labels), one(1, derived="c5", **labels), entry("e1", "md5", value(1, 16), **labels)]
    replica.tell(create("a"), add("a", *rows))
    until = NOW + timedelta(hours=1)
    facts = replica.shelf.entry("a", "e1")
    assert (facts.kinds, facts.forms, facts.derived, facts.disputed) == (("md5", "pdq"), 3, True, False)
    assert {name: getattr(facts, name) for name in labels} == labels
    assert not facts.disabled and facts.disabled_until is None
    assert not any("value" in one.name or "note" in one.name for one in fields(EntryFacts))
    assert value(1).hex() not in repr(facts) and repr(value(1)) not in repr(facts)
    replica.tell(act("a", "disable", ids=("e1",), until=until))
    facts = replica.shelf.entry("a", "e1")
    assert facts.disabled and facts.disabled_until == until and replica.met(1) == set()
    replica.tell(remove("a", "e1"))
    with pytest.raises(Refused):
        replica.shelf.entry("a", "e1")


def test_state_says_what_is_known_of_a_list(replica: Replica) -> None:
    replica.tell(create("a", law="l"), add("a", *[one(number) for number in range(20)], source_version=3))
    state = replica.shelf.state("a")
    assert (state.name, state.version, state.entries, state.fingerprints) == ("a", "1+1", 20, 20)
    assert (state.held, state.stale, state.ratio, state.enabled, state.source_version) == (
        None,
        False,
        1.0,
        True,
        3,
    )
    assert state.header.law == "l" and state.created == NOW and state.changed == NOW
    replica.tell(
        act("a", "disable", ids=("nobody",)), remove("a", "e1", "e2"), act("a", "ratio", ratio=0.5, seed="s")
    )
    state = replica.shelf.state("a")
    assert state.held is not None and state.held.reason == "shrink" and state.entries == 20
    assert (state.disabled_entries, state.ratio, state.seed, state.enabled) == (1, 0.5, "s", True)
    assert list(replica.shelf.applied().holds) == ["a"]


def test_list_with_ratio_nought_is_not_asked(replica: Replica) -> None:
    replica.tell(create("a"), add("a", one(1)), create("b"), act("a", "ratio", ratio=0.0))
    assert [listed.name for listed in replica.shelf.lists()] == ["b"]
    assert replica.shelf.lists(("a",)) == () and not replica.shelf.state("a").enabled
    assert [listed.name for listed in replica.shelf.named(("b", "a", "b"))] == ["b", "a"]
    replica.tell(act("a", "ratio", ratio=1.0))
    assert replica.met(1) == {"a:e1"}


def test_list_is_stale_when_it_expired_or_had_no_change(tmp_path: Path) -> None:
    replica = Replica(tmp_path, stale_after_seconds=1_000.0)
    replica.tell(
        create("expires", valid_to=NOW + timedelta(seconds=500)),
        create("fed", stale_after_seconds=100),
        create("plain"),
    )
    assert replica.shelf.stale() == ()
    replica.clock.advance(101)
    assert replica.shelf.stale() == ("fed",) and replica.shelf.state("fed").stale
    replica.tell(add("fed"))
    assert replica.shelf.stale() == ()
    replica.clock.advance(450)
    assert replica.shelf.stale() == ("expires", "fed")
    replica.clock.advance(450)
    assert replica.shelf.stale() == ("expires", "fed", "plain")
    replica.follower.close()


def test_replica_that_fell_silent_is_behind(replica: Replica) -> None:
    sequence = replica.tell(create("a"))
    assert (replica.shelf.applied().sequence, replica.shelf.applied().behind_seconds) == (sequence, 0.0)
    replica.clock.advance(30)
    assert replica.shelf.applied().behind_seconds == pytest.approx(30, abs=0.2)
    replica.follower._touched_seconds = -100.0
    replica.tell()
    assert replica.shelf.applied().behind_seconds == 0.0


def test_waiting_gives_the_outcome_and_what_was_waited_for_is_found(replica: Replica) -> None:
    replica.tell(create("a"))
    replica.shelf.lists()
    threading.Timer(0.05, lambda: (replica.log.append(add("a", one(1))), replica.follower.step())).start()
    outcome = replica.shelf.wait(2, 5.0)
    assert outcome.applied and outcome.problem is None
    assert replica.met(1) == {"a:e1"} and replica.shelf.entry("a", "e1").forms == 1
    refused = replica.shelf.wait(replica.tell(add("nope", one(1))), 5.0)
    assert not refused.applied and isinstance(refused.problem, Invalid) and refused.problem.field == "list"


def test_waiting_ends_only_when_this_process_shows_the_change(replica: Replica) -> None:
    replica.tell(create("a"))
    (listed,) = replica.shelf.lists()
    with listed.live._changing, ThreadPoolExecutor(1) as pool:  # a reading under way, which looked too early
        found = pool.submit(replica.shelf.wait, replica.tell(add("a", one(1))), 0.05).result()
    assert (found.applied, found.problem) == (False, None)
    assert replica.shelf.wait(2, 0.05).applied and replica.shelf.entry("a", "e1").forms == 1


def test_waiting_is_not_disturbed_by_a_list_that_is_damaged(replica: Replica, tmp_path: Path) -> None:
    replica.tell(create("a"), create("b"))
    assert len(replica.shelf.lists()) == 2
    (tmp_path / "lists" / "a" / "HEAD").write_bytes(b"damaged")
    assert replica.shelf.wait(replica.tell(add("b", one(1))), 1.0).applied
    with pytest.raises(Unavailable) as error:
        replica.shelf.entry("a", "e1")
    assert str(tmp_path) not in error.value.public_message()


def test_list_that_failed_a_moment_ago_is_tried_for_somebody_who_waits(
    replica: Replica, tmp_path: Path
) -> None:
    replica.tell(create("a"))
    (tmp_path / "lists" / "a" / "standing.json").write_bytes(b"damaged")
    assert replica.shelf.stale() == ("a",)
    last = replica.tell(act("a", "retire"), create("a"), add("a", one(2)))
    assert replica.shelf.wait(last, 1.0).applied
    assert replica.met(2, "a") == {"a:e2"} and replica.shelf.stale() == ()


def test_waiting_ends_in_time(replica: Replica) -> None:
    began = time.monotonic()
    outcome = replica.shelf.wait(99, 0.05)
    assert not outcome.applied and outcome.problem is None
    assert time.monotonic() - began < 2.0


def test_held_change_is_answered_as_held(replica: Replica) -> None:
    replica.tell(create("a"), add("a", *[one(number) for number in range(20)]))
    outcome = replica.shelf.wait(replica.tell(remove("a", "e1", "e2")), 1.0)
    assert outcome.held and not outcome.applied and replica.met(1) == {"a:e1"}


def test_damaged_list_is_stale_and_the_others_answer(replica: Replica, tmp_path: Path) -> None:
    replica.tell(create("a"), create("b"), add("b", one(1)))
    head = tmp_path / "lists" / "a" / "HEAD"
    whole = head.read_bytes()
    head.write_bytes(b"damaged")
    fresh = Shelf(tmp_path, clock=replica.clock)
    assert [listed.name for listed in fresh.lists()] == ["b"]
    assert fresh.names() == ("a", "b") and fresh.stale() == ("a",)
    with pytest.raises(Unavailable):
        fresh.lists(("a",))
    head.write_bytes(whole)
    replica.clock.advance(RETRY_SECONDS)
    assert [listed.name for listed in fresh.lists()] == ["a", "b"] and fresh.stale() == ()


def test_foreign_files_among_the_lists_are_no_lists(replica: Replica, tmp_path: Path) -> None:
    replica.tell(create("a"))
    (tmp_path / "lists" / ".new-1-x").mkdir()
    (tmp_path / "lists" / "empty").mkdir()
    replica.clock.advance(LOOK_SECONDS)
    assert [listed.name for listed in replica.shelf.lists()] == ["a"]
    assert replica.shelf.stale() == ("empty",)


def test_unreadable_state_of_the_replica_is_unavailable(replica: Replica, tmp_path: Path) -> None:
    replica.tell(create("a"))
    (tmp_path / "applied.json").write_bytes(b"{")
    with pytest.raises(Unavailable):
        replica.shelf.applied()
