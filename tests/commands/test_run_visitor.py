"""``tutela run visitor``: refuses to know too much; the process itself is tested in tests/processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.processes.founded import tutela
from tutela.cli import run


def test_what_it_must_not_know_is_refused_before_anything_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TUTELA_CUSTODY__KEYS", "x")
    assert run(["run", "visitor"]) == 2
    assert "the visitor must not know custody.keys" in capsys.readouterr().err
    assert not (tmp_path / "home").exists()


@pytest.mark.slow
def test_without_a_house_it_does_not_start(tmp_path: Path) -> None:
    done = tutela(tmp_path, "run", "visitor")
    assert done.returncode in (2, 3)
    assert not (tmp_path / "sockets").exists()
