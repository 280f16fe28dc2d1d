"""Generated films: repeatable bytes, the length and cuts that were asked for."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import av
import numpy as np

from tutela.demo.films import FilmPlan, frames, write_film
from tutela.demo.pictures import landscape

PLAN = FilmPlan(seconds=2, width=96, height=64, rate_hz=5, cut_seconds=1)


def test_film_of_the_same_seed_has_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        write_film(tmp_path / name, 3, PLAN)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_film_has_the_frames_and_size_of_its_plan(tmp_path: Path) -> None:
    write_film(tmp_path / "film.mp4", 1, PLAN)
    with av.open(str(tmp_path / "film.mp4")) as film:
        shown = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
    assert len(shown) == 10
    assert shown[0].shape == (64, 96, 3)


def test_film_cuts_to_another_picture_after_a_scene() -> None:
    pictures = [landscape(seed, 144, 96) for seed in (1, 2)]
    plan = FilmPlan(seconds=10, width=96, height=64, rate_hz=5, cut_seconds=5)
    shown = [frame.astype(int) for frame in frames(pictures, 1, plan)]
    steps = [np.abs(a - b).mean() for a, b in pairwise(shown)]
    assert int(np.argmax(steps)) == 24
    assert steps[24] > 2 * max(steps[:24] + steps[25:])
