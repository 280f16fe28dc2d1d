"""``tutela run fetcher``: refuses to know too much; the process itself is tested in tests/processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutela.cli import run
from tutela.hotline.people.configuration import rehearse


def test_what_it_must_not_know_is_refused_before_anything_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TUTELA_NOTICES__PASSWORD", "x")
    assert run(["run", "fetcher"]) == 2
    assert "the fetcher must not know notices.password" in capsys.readouterr().err
    assert not (tmp_path / "home").exists()


def test_without_a_house_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path / "home"))
    assert run(["run", "fetcher"]) == 2
    assert "nobody is named who may sign here" in capsys.readouterr().err
    rehearse(tmp_path / "home")
    assert run(["run", "fetcher"]) == 3
    assert "error:" in capsys.readouterr().err
