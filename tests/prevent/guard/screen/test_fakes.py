from __future__ import annotations

import numpy as np
import pytest

from tests.prevent.guard.screen.desktops import PLACE, picture, plain, put
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.screen.fakes import NotedVeils, ReplayedScreen, with_veils
from tutela.prevent.guard.screen.peeping import holes

SHOWN = put(plain(), picture())


def test_a_replayed_screen_gives_frame_after_frame_with_the_veils_on_it() -> None:
    veils = NotedVeils()
    screen = ReplayedScreen([plain(), SHOWN], veils)
    assert np.array_equal(screen.grab(), plain())
    veils.show([PLACE], 960, 704)
    assert np.array_equal(screen.grab(), with_veils(SHOWN, [PLACE]))
    screen.add([plain()])
    assert np.array_equal(screen.grab(), with_veils(plain(), [PLACE]))
    assert not screen.stirs()
    screen.broken = True
    with pytest.raises(Unavailable):
        screen.grab()
    screen.close()
    assert screen.closed


def test_no_frame_and_broken_veils_are_unavailable() -> None:
    with pytest.raises(Unavailable):
        ReplayedScreen([]).grab()
    veils = NotedVeils()
    veils.broken = True
    with pytest.raises(Unavailable):
        veils.show([PLACE], 1, 1)
    veils.close()
    assert veils.closed and veils.veiled == ()


def test_a_veil_leaves_its_open_pixels() -> None:
    veiled = with_veils(SHOWN, [PLACE])
    left, top = holes(PLACE)[3]
    assert (veiled[top, left] == SHOWN[top, left]).all()
    assert (veiled[top + 1, left, :3] == 0xD0).all() and not np.shares_memory(veiled, SHOWN)
