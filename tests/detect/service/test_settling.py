"""Which change an answer may name: every list of the process shows it."""

from __future__ import annotations

from pathlib import Path

from tests.detect.matching.making import entry, value
from tests.detect.service.drafts import NOW, add, create
from tutela.detect.fingerprints.fakes import FakePool
from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.matching.live import LOOK_AGAIN_SECONDS, LiveList
from tutela.detect.scan.recipe import Recipe
from tutela.detect.service.changes import MemoryChangeLog
from tutela.detect.service.follower import Follower
from tutela.detect.service.matcher import Matcher
from tutela.detect.service.settling import Settling
from tutela.detect.service.shelf import Shelf
from tutela.kernel.clock import FixedClock

WAIT = LOOK_AGAIN_SECONDS


def print_of(number: int) -> Fingerprint:
    return Fingerprint(kind="pdq", value=value(number), form="f0/r0")


def test_a_change_is_claimed_only_after_a_look_that_showed_all() -> None:
    settling, shown = Settling(), [True, False, True]
    assert settling.sure(5, lambda: shown.pop(0), 0.0) == 5
    assert settling.sure(6, lambda: shown.pop(0), WAIT) == 5  # new segments are opened beside
    assert settling.sure(6, lambda: shown.pop(0), 1.5 * WAIT) == 5  # not asked again so soon
    assert settling.sure(7, lambda: shown.pop(0), 2 * WAIT) == 7
    assert settling.sure(6, lambda: shown.pop(0), 9 * WAIT) == 6  # who read it before another thread
    settling.reached(8)
    assert settling.sure(8, lambda: shown.pop(0), 9 * WAIT) == 8 and shown == []


def test_nobody_waits_for_whoever_looks() -> None:
    settling = Settling()
    inner: list[int] = []

    def look() -> bool:
        inner.append(settling.sure(5, lambda: True, 1.0))
        return True

    assert settling.sure(5, look, 0.0) == 5 and inner == [0]


def test_the_first_question_after_a_pause_names_the_change_that_it_shows(tmp_path: Path) -> None:
    log, clock = MemoryChangeLog(), FixedClock(NOW)
    with Follower(log, tmp_path) as follower:
        log.append(create("a"))
        log.append(add("a", entry("e1", "pdq", value(1))))
        follower.step()
        shelf = Shelf(tmp_path, clock=clock)
        matcher = Matcher(shelf, Recipe(profile="web"), FakePool())
        for number in range(2, 6):
            asked = matcher.items([[print_of(number - 1)]])[0]
            assert (asked.freshness.change, asked.decision.status) == (number, "candidate")
            log.append(add("a", entry(f"e{number}", "pdq", value(number))))
            follower.step()
            clock.advance(3_600)
        log.append(create("b"))
        follower.step()
        assert shelf.reach(7, 1.0) and matcher.freshness().change == 7
        shelf.close()


def test_a_change_whose_segments_are_still_opened_is_not_named(tmp_path: Path) -> None:
    log, clock = MemoryChangeLog(), FixedClock(NOW)
    with Follower(log, tmp_path, tail_rows_max=2) as follower:
        log.append(create("a"))
        log.append(add("a", entry("e1", "pdq", value(1))))
        follower.step()
        shelf = Shelf(tmp_path, clock=clock)
        (listed,) = shelf.lists()
        assert shelf.applied().seen == 2
        for number in range(2, 6):
            log.append(add("a", entry(f"e{number}", "pdq", value(number))))
            follower.step()
        follower.close()
        assert isinstance(listed.live, LiveList)
        assert listed.live._is_replaced()
        with listed.live._changing:  # as if opening them took long
            clock.advance(1)
            assert shelf.applied().seen == 2
            clock.advance(1)
            assert shelf.applied().seen == 2
        clock.advance(1)
        assert shelf.applied().seen == 2  # now they are opened beside
        listed.live.close()
        clock.advance(1)
        assert shelf.applied().seen == 6 and len(listed.live) == 5
        shelf.close()
