"""The real capture of a virtual screen."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from tests.prevent.guard.screen.desktops import rect
from tests.prevent.guard.screen.stage import stage
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.screen.capturing import MssScreen
from tutela.prevent.guard.screen.veiling import VeilProcess

pytestmark = [pytest.mark.needs("xvfb", "screen"), pytest.mark.slow]


def test_a_frame_is_what_is_on_the_screen_and_lines_tell_that_it_stirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stage(tmp_path) as shown:
        monkeypatch.setenv("DISPLAY", shown.display)
        screen, veils = MssScreen(), VeilProcess(environment=os.environ)
        assert not screen.stirs()  # nothing to compare with before the first look
        try:
            veils.begin()
            first = screen.grab()
            assert first.shape == (800, 1280, 4) and first.flags.writeable
            screen.stirs()
            assert not screen.stirs()
            veils.show([rect(200, 120, 160, 160)], 1280, 800)
            assert screen.stirs() and not screen.stirs()
            assert np.array_equal(screen.grab()[..., :3], shown.now()[..., :3])
            assert (first[..., :3] != screen.grab()[..., :3]).any()
        finally:
            veils.close()
            screen.close()
            screen.close()


def test_a_screen_that_is_not_there_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":9876")
    screen = MssScreen()
    with pytest.raises(Unavailable):
        screen.grab()
    assert not screen.stirs()
