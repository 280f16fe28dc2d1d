from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tutela.cli import group
from tutela.commands.plugins import SLOTS


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tutela.kernel.settings.DEFAULT_FILES", ())


def invoke(*arguments: str) -> Result:
    result = CliRunner().invoke(group, ["plugins", *arguments], standalone_mode=False)
    assert result.exception is None
    return result


def test_plugins_lists_every_slot_with_two_of_our_own() -> None:
    rows = [json.loads(line) for line in invoke("--json").stdout.splitlines()]
    for slot in SLOTS:
        ours = [row for row in rows if row["group"] == slot and row["distribution"] == "tutela"]
        assert len(ours) >= 2


def test_plugins_says_what_is_enabled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTELA_FINGERPRINTS__HASHERS", '["md5", "pdq"]')
    rows = [json.loads(line) for line in invoke("--json").stdout.splitlines()]
    hashers = [row for row in rows if row["group"] == "tutela.hashers"]
    assert {row["name"] for row in hashers if row["enabled"]} == {"md5", "pdq"}
    assert {row["check"] for row in hashers} == {"not run"}


def test_plugins_check_runs_the_contract_of_the_enabled() -> None:
    result = invoke("--check")
    assert result.return_value == 0
    lines = [line for line in result.stdout.splitlines() if " enabled" in line]
    assert lines
    assert all(line.endswith("contract: kept") for line in lines if "not enabled" not in line)


def test_an_enabled_plug_in_that_is_missing_is_said_and_exit_is_3(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTELA_FINGERPRINTS__HASHERS", '["md5", "gone"]')
    result = invoke()
    assert result.return_value == 3
    line = next(line for line in result.stdout.splitlines() if " gone " in line)
    assert "enabled, NOT INSTALLED" in line
    assert "no plug-in gone" in line
