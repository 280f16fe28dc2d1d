"""``tutela run``: lists its processes without importing them."""

from __future__ import annotations

import pytest

from tutela.cli import run
from tutela.commands.run import COMMANDS


def test_every_process_is_listed_and_has_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", "--help"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    for name, summary in COMMANDS.items():
        assert f"{name} {summary}" in shown
        assert run(["run", name, "--help"]) == 0
        assert f"tutela run {name}" in capsys.readouterr().out


def test_another_name_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", "media"]) == 2
    assert "No such command" in capsys.readouterr().err
