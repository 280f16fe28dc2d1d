"""A house for the tests in which a person acts on an item: its mandate is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutela.hotline.people.configuration import rehearse


@pytest.fixture(scope="session")
def founded_today(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A TUTELA_HOME with the configuration of a rehearsal, in force now."""
    home = tmp_path_factory.mktemp("today")
    rehearse(home)
    return home


@pytest.fixture
def house_today(founded_today: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the test does is done in that house."""
    monkeypatch.setenv("TUTELA_HOME", str(founded_today))
