"""What is remembered, for how long, and what never is."""

from __future__ import annotations

import hashlib
from typing import get_args

import pytest

from tutela.prevent.guard.judging.rulings import Rulings
from tutela.prevent.guard.shapes import SHOWN, Ruling, Why, undecided

HELD = Ruling(tier="near", why="listed")


def test_a_ruling_is_remembered_for_its_content_alone() -> None:
    rulings = Rulings(10)
    rulings.keep(rulings.mark(b"a"), HELD)
    rulings.keep(rulings.mark(b"b"), SHOWN)
    assert rulings.find(rulings.mark(b"a")) == HELD
    assert rulings.find(rulings.mark(b"b")) is SHOWN
    assert rulings.find(rulings.mark(b"c")) is None


@pytest.mark.parametrize("why", get_args(Why))
def test_no_failure_is_remembered(why: Why) -> None:
    rulings = Rulings(10)
    rulings.keep(rulings.mark(b"a"), undecided(why))
    assert len(rulings) == 0


def test_the_oldest_one_that_nobody_asked_for_goes() -> None:
    rulings = Rulings(2)
    for content in (b"a", b"b"):
        rulings.keep(rulings.mark(content), HELD)
    rulings.find(rulings.mark(b"a"))
    rulings.keep(rulings.mark(b"c"), HELD)
    assert [rulings.find(rulings.mark(one)) for one in (b"a", b"b", b"c")] == [HELD, None, HELD]


def test_nothing_that_was_begun_before_a_change_is_remembered_after_it() -> None:
    rulings = Rulings(10)
    before = rulings.mark(b"a")
    rulings.keep(before, HELD)
    rulings.forget()
    assert rulings.find(rulings.mark(b"a")) is None
    rulings.keep(before, SHOWN)
    assert len(rulings) == 0


def test_the_key_differs_between_runs_and_is_not_the_digest() -> None:
    first, second = Rulings(1), Rulings(1)
    assert first.mark(b"a").digest != second.mark(b"a").digest
    assert first.mark(b"a").digest != hashlib.sha256(b"a").digest()
    before = first.mark(b"a").digest
    first.forget()
    assert first.mark(b"a").digest != before
