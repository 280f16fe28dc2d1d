from __future__ import annotations

import pytest

from tutela.cli import run
from tutela.commands.partners import COMMANDS


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["partners", "--help"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in COMMANDS)


def test_a_command_that_is_none_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["partners", "nothing"]) == 2
    assert "nothing" in capsys.readouterr().err
