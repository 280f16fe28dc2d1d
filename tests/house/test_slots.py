"""Every slot: registered, shown, enabled by a setting, with two implementations that keep its contract."""

from __future__ import annotations

import tomllib

import pytest

from tests.house.reading import ROOT, product
from tutela.commands.plugins import SLOTS
from tutela.config import Config

POINTS: dict[str, dict[str, str]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]["entry-points"]
OURS = [(group, name) for group, points in POINTS.items() for name in points]


def test_every_group_of_entry_points_is_a_slot_that_the_command_shows() -> None:
    assert set(POINTS) == set(SLOTS)


def test_every_slot_in_the_code_is_one_the_command_shows() -> None:
    declared = {module.name for module in product() if "\nSLOT: Slot[" in module.text}
    assert declared == {place.module for place in SLOTS.values()}


@pytest.mark.parametrize("group", SLOTS)
def test_slot_has_two_implementations_of_our_own(group: str) -> None:
    ours = [plugin.name for plugin in SLOTS[group].slot().installed() if plugin.distribution == "tutela"]
    assert len(ours) >= 2
    assert set(ours) == set(POINTS[group]), "the installed metadata is older than pyproject.toml: make demo"


@pytest.mark.parametrize("group", SLOTS)
def test_slot_enables_by_name_only_what_is_ours_by_default(group: str) -> None:
    assert set(SLOTS[group].enabled(Config())) <= set(POINTS[group])


@pytest.mark.parametrize(("group", "name"), OURS)
def test_each_of_our_own_keeps_the_contract(group: str, name: str) -> None:
    assert SLOTS[group].slot().load(name) is not None
