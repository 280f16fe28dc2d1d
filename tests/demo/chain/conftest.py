"""A stage for one test: an empty house, a small world, one clock for both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.demo.world.worlds import START
from tests.hotline.conftest import login_key as login_key  # noqa: PLC0414 - a fixture of both folders
from tutela.config import Config
from tutela.demo.chain.founding import settings_of
from tutela.demo.chain.story import Stage
from tutela.demo.world import World
from tutela.kernel.clock import FixedClock
from tutela.kernel.settings import Origins, read


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Stage]:
    """Django's settings lead to the house; its letters go to the world's mail server."""
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    settings.VAULT_EPOCHS, settings.FETCH_EPOCHS = (
        str(tmp_path / "vault/epochs"),
        str(tmp_path / "fetch/epochs"),
    )
    settings.SPARE_FOLDER = str(tmp_path / "spare")
    clock = FixedClock(START)
    with World(clock, gallery=(2, 0, 0)) as world:
        loaded = read(Config, Origins(environ=settings_of(world)))
        yield Stage(home=tmp_path, settings=loaded.values, world=world, clock=clock)
