"""The real overlay on a virtual screen."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.prevent.guard.screen.desktops import rect
from tests.prevent.guard.screen.stage import Stage, stage
from tutela.prevent.guard.screen.peeping import GREY, holes
from tutela.prevent.guard.screen.veiling import VeilProcess

pytestmark = [pytest.mark.needs("xvfb", "screen"), pytest.mark.slow]


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("stage")) as under_way:
        yield under_way


@pytest.fixture
def veils(screen: Stage) -> Iterator[VeilProcess]:
    process = VeilProcess(environment={**os.environ, "DISPLAY": screen.display})
    try:
        process.begin()
        yield process
    finally:
        process.close()


def test_exactly_what_is_ordered_is_covered_once_it_is_answered(screen: Stage, veils: VeilProcess) -> None:
    bare = screen.now()
    first, second = rect(100, 90, 300, 200), rect(350, 250, 64, 81)
    veils.show([first, second], 1280, 800)
    expected = np.zeros((800, 1280), np.bool_)
    for one in (first, second):
        expected[one.rows, one.columns] = True
    for left, top in [*holes(first), *holes(second)]:
        expected[top, left] = False
    assert np.array_equal((screen.now()[..., :3] == GREY).all(axis=2), expected)
    veils.show([second], 1280, 800)
    assert (screen.now()[100:200, 110:300] == bare[100:200, 110:300]).all()
    veils.show([], 1280, 800)
    assert np.array_equal(screen.now(), bare)


def test_clicks_go_through_a_veil(screen: Stage, veils: VeilProcess) -> None:
    veils.show([rect(100, 90, 300, 200)], 1280, 800)
    program = Path(__file__).with_name("pointing.py")
    environment = {**os.environ, "DISPLAY": screen.display}
    asked = [sys.executable, str(program), "250", "190"]
    told = subprocess.run(asked, env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "0"  # the bare screen: nothing of ours takes the click


def test_a_frame_of_twice_the_pixels_is_brought_to_the_window(screen: Stage, veils: VeilProcess) -> None:
    veils.show([rect(200, 180, 600, 400)], 2560, 1600)
    covered = np.argwhere((screen.now()[..., :3] == GREY).all(axis=2))
    assert covered.min(axis=0).tolist() == [90, 100] and covered.max(axis=0).tolist() == [289, 399]


def test_the_veils_end_with_their_process(screen: Stage, veils: VeilProcess) -> None:
    bare = screen.now()
    veils.show([rect(100, 90, 300, 200)], 1280, 800)
    veils.close()
    for _ in range(100):
        if np.array_equal(screen.now(), bare):
            break
        subprocess.run(["sleep", "0.05"], check=True)
    assert np.array_equal(screen.now(), bare)
