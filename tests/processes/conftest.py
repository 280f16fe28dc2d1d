"""A founded house for the tests of its processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hotline.conftest import django_db_modify_db_settings
from tests.processes.founded import copied, found_house

__all__ = ["django_db_modify_db_settings"]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house that nobody changes."""
    return found_house(tmp_path_factory.mktemp("template") / "home")


@pytest.fixture
def house(template: Path, tmp_path: Path) -> Path:
    """A house of one's own."""
    return copied(template, tmp_path / "home")
