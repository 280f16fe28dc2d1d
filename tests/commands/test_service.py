from __future__ import annotations

import sys

import pytest

from tutela.cli import run
from tutela.commands import service


def test_the_group_names_its_commands_without_importing_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "tutela.commands.service_token", raising=False)
    assert run(["service", "--help"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in service.COMMANDS)
    assert "tutela.commands.service_token" not in sys.modules


def test_summaries_are_those_of_the_commands() -> None:
    for name, summary in service.COMMANDS.items():
        command = service.command.get_command(None, name)  # type: ignore[arg-type]  # the context is unused
        assert command is not None
        assert command.get_short_help_str(100) == summary


def test_an_unknown_command_is_a_wrong_call() -> None:
    assert run(["service", "nothing"]) == 2
