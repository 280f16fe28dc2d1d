from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from tutela.cli import run
from tutela.commands.retention import COMMANDS


def test_the_group_names_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["retention", "--help"]) == 0
    assert all(name in capsys.readouterr().out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_of_the_group_begins_as_the_command_s_own(name: str) -> None:
    own = import_module(f"tutela.commands.retention_{name}").command.short_help
    assert COMMANDS[name].startswith(own.rstrip("."))


def test_a_command_that_is_none_is_a_wrong_call() -> None:
    assert run(["retention", "now"]) == 2


@pytest.mark.django_db
def test_without_a_mandate_there_are_no_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    assert run(["retention", "plan"]) == 2
