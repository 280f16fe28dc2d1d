"""The house that these tests play in: a signed mandate that grants notices, and a signed quorum."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hotline.takedown.making import a_clock
from tutela.hotline.people.configuration import rehearse


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A TUTELA_HOME with the configuration of a rehearsal."""
    home = tmp_path_factory.mktemp("house")
    rehearse(home, clock=a_clock())
    return home


@pytest.fixture(autouse=True)
def at_home(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTELA_HOME", str(house))
