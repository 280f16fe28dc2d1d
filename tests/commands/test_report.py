from __future__ import annotations

import pytest

from tutela.cli import run


def test_the_group_lists_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "--help"]) == 0
    assert "Hand in one report." in capsys.readouterr().out
    assert run(["report", "nothing"]) == 2
