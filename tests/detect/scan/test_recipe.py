"""The recipe: what decides the findings, and nothing that only decides the speed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tutela.detect.media.shapes import FORENSIC, WEB
from tutela.detect.scan.recipe import Recipe, cores
from tutela.kernel.errors import Unavailable

STRICT = {"limits": {"web": WEB, "forensic": replace(FORENSIC, pixels_max=1)}}


def test_the_profile_chooses_the_limits() -> None:
    assert Recipe().ask().limits == FORENSIC
    assert Recipe(profile="web").ask().limits == WEB


def test_modes_reach_the_sandbox() -> None:
    ask = Recipe(pdq_mode="exact", film_mode="exact", film_rate_hz=2.0).ask()
    assert (ask.pdq_mode, ask.film_mode, ask.film_rate_hz) == ("exact", "exact", 2.0)


def test_speed_does_not_decide_findings_and_modes_do() -> None:
    recipe = Recipe()
    assert replace(recipe, workers=9, engine="serial").decisive() == recipe.decisive()
    for change in (
        {"pdq_mode": "exact"},
        {"film_mode": "exact"},
        {"profile": "web"},
        {"hashers": ("md5",)},
        STRICT,
    ):
        assert replace(recipe, **change).decisive() != recipe.decisive()


def test_hashers_are_picked_by_name() -> None:
    assert [one.name for one in Recipe(hashers=("sha256", "pdq")).picked_hashers()] == ["sha256", "pdq"]
    with pytest.raises(Unavailable):
        Recipe(hashers=("nobody",)).picked_hashers()


def test_there_is_a_core() -> None:
    assert cores() >= 1
