from __future__ import annotations

from pathlib import Path

import pytest

from tests.kernel.signing.tea_house import TeaHouse


@pytest.fixture
def house(tmp_path: Path) -> TeaHouse:
    """A house of anna, ben and cleo, of whom two are needed."""
    made = TeaHouse(tmp_path)
    made.begin("anna", "ben", "cleo")
    return made
