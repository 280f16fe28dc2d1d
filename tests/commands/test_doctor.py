from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tutela.cli import run
from tutela.commands.doctor import settings_in_force
from tutela.detect.service.doctor import installation
from tutela.detect.service.doctor.findings import fail, ok

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a missing sandbox fails")
WISH = ("--role", "match", "--purpose", "uploads of a forum", "--days", "30")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("TUTELA_CONFIG", "TUTELA_SECRETS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(installation, "worker", lambda _: ok("worker", "not started here"))
    return tmp_path / "home"


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[dict[str, Any]]]:
    capsys.readouterr()
    code = run([*words, "doctor", "--json"])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_fresh_installation_ends_with_0_and_makes_nothing(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "warn  nothing is set up yet: there is no TUTELA_HOME: give out a first token" in lines
    assert lines[-1].startswith("== 0 fail, ")
    assert all(line.split()[0] in ("ok", "warn", "fail", "==") for line in lines)
    assert not home.exists()


def test_what_fails_is_the_exit_code(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["service", "token", "add", "forum", *WISH]) == 0
    assert told(capsys)[0] == 0
    (home / "match" / "tokens.json").chmod(0o644)
    code, found = told(capsys)
    assert code == 1
    assert [one["check"] for one in found if one["state"] == "fail"] == ["home"]


def test_json_says_the_same_by_name(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = told(capsys)
    assert code == 0
    assert {"check", "state", "what", "advice"} == set(found[0])
    assert {"settings", "python", "sandbox", "home", "log", "follower"} <= {one["check"] for one in found}


def test_wrong_settings_fail_and_the_rest_is_looked_at(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUTELA_SERVICE__PROT", "8702")
    code, found = told(capsys)
    assert code == 1
    assert found[0]["check"] == "settings"
    assert "TUTELA_SERVICE__PORT" in found[0]["advice"]
    assert len(found) > 10


def test_a_settings_file_that_is_not_there_fails(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = told(capsys, "--config", "none.toml")
    assert (code, found[0]["state"]) == (1, "fail")


def test_settings_and_secrets_are_those_in_force(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config, secrets = home.parent / "tutela.toml", home.parent / "secrets"
    config.write_text('[service]\nhost = "0.0.0.0"\n', encoding="utf-8")
    secrets.mkdir(mode=0o755)
    (secrets / "service__arachnid_enabled").write_text("false", encoding="utf-8")
    (secrets / "service__arachnid_enabled").chmod(0o644)
    monkeypatch.setenv("TUTELA_SECRETS", str(secrets))
    found, settings, origins = settings_in_force(None)
    assert (found.state, origins.secrets) == ("ok", secrets)
    assert settings is not None
    assert settings.service.host == "0.0.0.0"
    states = {one["check"]: one["state"] for one in told(capsys)[1]}
    assert (states["secrets"], states["listening"]) == ("fail", "warn")


def test_no_secret_is_shown(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = home.parent / "tutela.toml"
    config.write_text(
        '[[service.hooks]]\nname = "desk"\nurl = "https://desk.example/in?token=hidden-in-url"\n'
        '[service.hook_secrets]\ndesk = ["whsec_hidden"]\n',
        encoding="utf-8",
    )
    assert run(["doctor"]) == 1
    printed = capsys.readouterr()
    assert "hidden" not in printed.out + printed.err
    assert "fail  web-hooks cannot work as they are set: hooks.desk" in printed.out


def test_one_failing_check_is_enough(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "worker", lambda _: fail("worker", "none starts", "mend it"))
    assert run(["doctor"]) == 1
    assert "fail  none starts: mend it" in capsys.readouterr().out
