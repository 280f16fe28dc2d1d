"""The words of the guard and those of its page; the page beside a guard that runs is in ``test_guard.py``."""

from __future__ import annotations

from typing import get_args

import pytest

from tutela.prevent.guard.page.shapes import State, Trouble
from tutela.prevent.guard.running.mode import Mode
from tutela.prevent.guard.running.page_side import PageSide
from tutela.prevent.guard.running.switching import TROUBLES


class Parts:
    """Parts with troubles and nothing else."""

    troubles, lists, cards = TROUBLES, None, ()


class Guard:
    """A guard in a mode."""

    parts, disk_fails, port = Parts(), False, 8704
    screen_troubles = ("screen_refused",)

    def __init__(self, mode: Mode) -> None:
        self.state = self
        self.mode = mode


@pytest.mark.parametrize("mode", get_args(Mode))
def test_every_mode_is_a_state_of_the_page(mode: Mode) -> None:
    side = PageSide(Guard(mode))  # type: ignore[arg-type]  # a double
    assert side.state() in get_args(State)
    assert side.troubles() == ((*TROUBLES, "screen_refused") if mode == "on" else ())
    assert set(side.troubles()) <= set(get_args(Trouble))
    assert (side.lists(), side.classifiers()) == ((), ())
