from __future__ import annotations

from typing import get_args

from tutela.prevent.guard.shapes import SHOWN, Ruling, Tier, Why, undecided


def test_only_a_ruling_without_a_tier_shows_a_picture() -> None:
    assert SHOWN.shown
    assert not any(Ruling(tier=tier, why="listed").shown for tier in get_args(Tier))


def test_whatever_fails_is_held() -> None:
    assert all(undecided(why) == Ruling(tier="undecided", why=why) for why in get_args(Why))
