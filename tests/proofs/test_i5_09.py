"""Bar 9 of the guard: its replays and its stop-watch see what they are meant to see."""

from __future__ import annotations

import itertools
import threading
import time

import numpy as np
import pytest

from proofs import screen_replays, screen_trials
from proofs.benign_desktop import as_pixels, changes
from proofs.screen_trials import Seen, quantile
from tests.prevent.guard.screen.desktops import PLACE, picture, plain, put
from tests.prevent.guard.screen.stage import Stage
from tutela.demo.pictures import landscape
from tutela.prevent.guard.judging.fakes import FakeJudge
from tutela.prevent.guard.shapes import Ruling

pytestmark = pytest.mark.slow


def test_no_frame_of_the_desktop_is_like_the_last() -> None:
    frames = list(itertools.islice(changes(3), 60))
    assert all((one != other).any() for one, other in itertools.pairwise(frames))


def test_a_known_picture_on_that_desktop_is_veiled_and_a_benign_one_is_not() -> None:
    known = as_pixels(landscape(9_000, 640, 480))
    held = FakeJudge(lambda _: Ruling(tier="near", why="listed"))
    assert screen_replays.control(held, known, 3).held >= 1
    done = screen_replays.control(FakeJudge(), known, 3)
    assert (done.first, done.held) == (1, 0)


def test_the_stop_watch_tells_how_long_a_picture_was_seen() -> None:
    shown = np.array(plain())
    stage = Stage(":0", shown)

    def play() -> None:
        time.sleep(0.1)
        shown[...] = put(plain(), picture())
        time.sleep(0.15)
        shown[...] = plain()
        time.sleep(0.15)
        shown[...] = put(plain(), picture())

    player = threading.Thread(target=play)
    player.start()
    seen: Seen = screen_trials.watch(stage, PLACE, picture(), 0.6)
    player.join()
    assert seen.shown and 100 <= seen.covered_after < 300
    assert seen.rest_after is not None and seen.rest_after > seen.covered_after and seen.shown_last
    assert not screen_trials.watch(Stage(":0", plain()), PLACE, picture(), 0.05).shown


def test_the_quantile_is_the_nearest_rank() -> None:
    values = [float(one) for one in range(1, 101)]
    assert quantile(values, 0.95) == 95 and quantile(values, 0.5) == 50 and quantile([7.0], 0.95) == 7
