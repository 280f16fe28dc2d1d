"""A follower whose log was taken back, or one of whose lists is damaged: nothing acknowledged is lost."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.detect.service.drafts import NOW, act, add, create, remove
from tests.detect.service.test_follower import RULES, follow, log_with, names, one
from tutela.detect.service.applied import LISTS, read_progress
from tutela.detect.service.follower import Follower
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Unavailable


def test_log_that_was_taken_back_and_went_on_is_noticed(tmp_path: Path) -> None:
    follow(log_with(create("a"), add("a", one(1)), add("a", one(2))), tmp_path)
    older = log_with(create("a"), add("a", one(1)))  # from a backup
    older.identity = read_progress(tmp_path).log
    older._clock = FixedClock(NOW + timedelta(hours=1))
    with Follower(older, tmp_path, clock=FixedClock(NOW), rules=RULES) as follower:
        for number in (7, 8):  # two changes that must not be passed over
            older.append(add("a", one(number)))
            with pytest.raises(Unavailable):
                follower.step()
    with (
        Follower(older, tmp_path, clock=FixedClock(NOW), rules=RULES) as again,
        pytest.raises(Unavailable, match="taken back"),
    ):
        again.step()
    assert names(tmp_path, "a") == {"e1", "e2"} and read_progress(tmp_path).sequence == 3


@pytest.mark.parametrize("damaged", ["HEAD", "standing.json"])
def test_damaged_list_stops_the_others_until_it_is_retired(tmp_path: Path, damaged: str) -> None:
    log = log_with(create("a"), create("b"), add("a", one(1)))
    follow(log, tmp_path)
    (tmp_path / LISTS / "a" / damaged).write_bytes(b"damaged")
    for draft in (add("a", one(2)), add("b", one(3)), remove("a", "e1")):
        log.append(draft)
    with pytest.raises(Unavailable):
        follow(log, tmp_path)
    assert read_progress(tmp_path).sequence == 3
    log.append(act("a", "retire"))
    assert follow(log, tmp_path).sequence == 7
    assert names(tmp_path, "b") == {"e3"} and not (tmp_path / LISTS / "a").exists()
    log.append(create("a"))
    follow(log, tmp_path)
    assert names(tmp_path, "a") == set()
