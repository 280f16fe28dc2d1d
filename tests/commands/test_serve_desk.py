"""``tutela serve desk``: what it must not know is refused; the rest is in test_serve_site."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutela.cli import run


def test_it_refuses_to_know_where_the_private_keys_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    monkeypatch.setenv("TUTELA_CUSTODY__KEYS", "/somewhere")
    assert run(["serve", "desk"]) == 2
    assert "the desk must not know custody.keys" in capsys.readouterr().err
