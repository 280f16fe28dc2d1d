"""What the tests of commands share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.keys_calls import Keeper
from tests.commands.list_calls import Caller


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Caller:
    """Calls ``tutela list ...`` in this process."""
    return Caller(capsys)


@pytest.fixture
def keeper(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Keeper:
    """Calls ``tutela keys ...`` on a vault of its own."""
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    return Keeper(capsys, monkeypatch, tmp_path)
