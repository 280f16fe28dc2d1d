from __future__ import annotations

import pytest

from tutela.prevent.guard.proxy.fakes import FakeJudge
from tutela.prevent.guard.shapes import SHOWN, Judge, Ruling


def test_it_stops_what_it_knows_and_nothing_else() -> None:
    judge: Judge = FakeJudge([b"a"], tier="class")
    assert judge.rule(b"a") == Ruling(tier="class", why="listed")
    assert judge.rule(b"b") == SHOWN


def test_closed_it_shows_nothing() -> None:
    judge = FakeJudge()
    judge.close()
    assert not judge.rule(b"b").shown
    assert judge.asked == [b"b"]


def test_it_raises_where_it_was_told_to() -> None:
    with pytest.raises(KeyError):
        FakeJudge(trouble=KeyError()).rule(b"a")
