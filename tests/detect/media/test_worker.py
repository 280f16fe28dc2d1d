"""The kinds of workers and their modules."""

from __future__ import annotations

import importlib

import pytest

from tutela.detect.media import worker
from tutela.detect.media.opened import Kind


@pytest.mark.parametrize("kind", sorted(worker.MODULES))
def test_every_kind_has_a_module_with_the_two_functions(kind: str) -> None:
    module = importlib.import_module(worker.MODULES[kind])
    assert callable(module.warm)
    assert callable(module.handle)


def test_the_kinds_are_those_the_pool_asks_for() -> None:
    assert set(worker.MODULES) == set(Kind.__args__)  # type: ignore[attr-defined]
    assert set(worker.MODULES) >= worker.THREADED
