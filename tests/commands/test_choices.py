"""What the looking commands share: settings under choices, and exit codes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.detect.scan.test_report import EMPTY
from tutela.arithmetic import available_paths, current_path, forced_path
from tutela.commands.choices import exit_code, open_pool, recipe_in_force
from tutela.detect.scan.recipe import Recipe
from tutela.kernel.errors import Invalid, Unavailable


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        ({}, 0),
        ({"unknown": 5}, 0),
        ({"unknown": 5, "unreadable": 1}, 3),
        ({"refused": 1}, 3),
        ({"candidate": 1, "unreadable": 9}, 1),
        ({"known": 1}, 1),
    ],
)
def test_the_exit_code_names_the_gravest_outcome(statuses: dict[str, int], code: int) -> None:
    assert exit_code(replace(EMPTY, by_status=statuses)) == code


def test_a_choice_of_the_call_wins_over_the_settings(tmp_path: Path) -> None:
    settings = tmp_path / "tutela.toml"
    settings.write_text('[scan]\nprofile = "web"\nfilm = "exact"\n[fingerprints]\nmode = "exact"\n')
    recipe = recipe_in_force(settings, pdq_mode="fast", film_mode=None)
    assert (recipe.profile, recipe.film_mode, recipe.pdq_mode) == ("web", "exact", "fast")


def test_without_settings_the_defaults_hold_one_worker_a_core(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    recipe = recipe_in_force(None)
    assert recipe.profile == "forensic"
    assert recipe.workers >= 1


def test_an_unknown_setting_is_refused(tmp_path: Path) -> None:
    settings = tmp_path / "tutela.toml"
    settings.write_text("[scan]\nspeed = 11\n")
    with pytest.raises(Invalid) as caught:
        recipe_in_force(settings)
    assert "speed" in caught.value.public_message()


def test_arithmetic_of_the_settings_is_in_force_before_a_worker_starts() -> None:
    with forced_path(available_paths()[-1]):
        with open_pool(Recipe(arithmetic="numpy")):
            assert current_path() == "numpy"
        with pytest.raises(Unavailable, match=r"fingerprints\.arithmetic"):
            open_pool(Recipe(arithmetic="c-quantum"))
