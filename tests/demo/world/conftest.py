"""A world for each test that asks for one: it is up in a moment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.demo.world.worlds import StillWorld


@pytest.fixture
def world() -> Iterator[StillWorld]:
    with StillWorld() as running:
        yield running
