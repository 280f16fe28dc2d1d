"""What the tests of commands share."""

from __future__ import annotations

import pytest

from tests.commands.list_calls import Caller


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Caller:
    """Calls ``tutela list ...`` in this process."""
    return Caller(capsys)
