"""``tutela hotline``: lists its subcommands without importing them."""

from __future__ import annotations

import pytest

from tutela.cli import run
from tutela.commands.hotline import COMMANDS


def test_every_subcommand_is_listed_and_has_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["hotline", "--help"]) == 0
    shown = capsys.readouterr().out
    for name, summary in COMMANDS.items():
        assert summary in shown
        assert run(["hotline", name, "--help"]) == 0
        assert f"tutela hotline {name}" in capsys.readouterr().out
    assert run(["hotline", "burn"]) == 2
