from __future__ import annotations

import sys

import pytest

from tutela.commands.progress_bar import bar, silent


def test_nothing_is_shown_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    with bar("reading", 10) as advance:
        assert advance is silent
        advance(10)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("in_bytes", [True, False])
def test_a_terminal_gets_a_bar(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *, in_bytes: bool
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with bar("reading", 10, in_bytes=in_bytes) as advance:
        advance(4)
        assert advance is not silent
    assert "reading" in capsys.readouterr().err
