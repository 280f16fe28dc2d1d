"""One stage for all tests: the site, a sealed list, a device with the guard set up on it."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tutela.demo.guard.stage import Stage

collect_ignore_glob = [] if importlib.util.find_spec("h2") else ["test_*.py"]


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    from tutela.demo.guard.stage import open_stage

    with open_stage(tmp_path_factory.mktemp("stage")) as one:
        yield one
