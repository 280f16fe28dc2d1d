from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tutela.cli import group


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tutela.kernel.settings.DEFAULT_FILES", ())


def rows(*arguments: str) -> list[dict[str, str]]:
    result = CliRunner().invoke(group, [*arguments], standalone_mode=False)
    assert result.exception is None
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_settings_prints_every_setting_with_its_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTELA_FINGERPRINTS__MODE", "exact")
    found = {row["setting"]: (row["value"], row["origin"]) for row in rows("settings", "--json")}
    assert found["fingerprints.mode"] == ('"exact"', "TUTELA_FINGERPRINTS__MODE")
    assert found["fingerprints.dihedral"] == ("true", "default")


def test_settings_changed_prints_only_what_somebody_set(tmp_path: Path) -> None:
    assert rows("settings", "--changed", "--json") == []
    (tmp_path / "mine.toml").write_text("[fingerprints]\ndihedral = false\n")
    assert rows("--config", "mine.toml", "settings", "--changed", "--json") == [
        {"setting": "fingerprints.dihedral", "value": "false", "origin": "mine.toml"}
    ]


def test_settings_as_text() -> None:
    result = CliRunner().invoke(group, ["settings"], standalone_mode=False)
    assert 'fingerprints.mode = "fast"  (default)' in result.stdout.splitlines()
