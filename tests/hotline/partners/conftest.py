"""The house that these tests play in: a signed mandate and quorum, of a rehearsal and of earnest."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hotline.partners.making import a_clock
from tutela.hotline.people.configuration import rehearse


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A TUTELA_HOME with the configuration of a rehearsal in which the police come first."""
    home = tmp_path_factory.mktemp("house")
    rehearse(home, mandate="police-first", clock=a_clock())
    return home


@pytest.fixture(autouse=True)
def at_home(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTELA_HOME", str(house))
