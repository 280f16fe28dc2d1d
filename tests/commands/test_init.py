"""``tutela init`` as a newcomer meets it: options alone, typed answers, a second call, a wrong one."""

from __future__ import annotations

import json
import os
import pty
import stat
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.processes.founded import TUTELA, environment, tutela
from tutela.cli import group
from tutela.commands import init
from tutela.kernel.errors import Conflict, Invalid

pytestmark = pytest.mark.slow

SAID = ("--name", "Hotline of Example", "--country", "NL", "--mail", "info@hotline.example")
#: What a person types, question by question: an empty line is Return.
TYPED = (
    *("Hotline of Example", "Stichting Example", "1 Street; 1000 Town", "info", "info@hotline.example"),
    *("+31 000", "nl", "", "http://report.hotline.example", "https://report.hotline.example"),
    *("https://report.hotline.example", "https://desk.hotline.example", "", "", "-"),
    *("duty@hotline.example", "", "-"),
)


def changed(home: Path, file: Path) -> dict[str, str]:
    """Every setting that somebody set, as ``tutela settings --changed`` shows it."""
    done = tutela(home, "--config", str(file), "settings", "--changed", "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["origin"] for row in rows} == {file.name}
    return {row["setting"]: row["value"] for row in rows}


def portal(host: str, *languages: str) -> str:
    spoken = ", ".join(f'"{one}"' for one in languages)
    return (
        f'[{{key = "hotline-nl", hosts = ["{host}"], name = "Hotline of Example", country = "NL", '
        f'languages = [{spoken}], look = "blue", help = [], operator = none}}]'
    )


def test_a_newcomer_founds_a_house_with_options_alone(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "tutela.toml"
    done = tutela(home, "--config", str(file), "init", "--demo", *SAID)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"settings: {file}, written" in done.stdout
    assert "vault keys: made" in done.stdout and "configuration: A REHEARSAL" in done.stdout
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert tutela(home, "--config", str(file), "hotline", "check").returncode == 0
    assert changed(home, file) == {
        "hotline.public_url": '"http://127.0.0.1:8700"',
        "hotline.desk_url": '"http://localhost:8701"',
        "hotline.operator.name": '"Hotline of Example"',
        "hotline.operator.mail": '"info@hotline.example"',
        "hotline.portals": portal("127.0.0.1", "nl", "en"),
        "notices.from_address": '"notices@hotline.example"',
        "notices.from_name": '"Hotline of Example"',
        "notices.country": '"NL"',
        "notices.server": '"127.0.0.1"',
        "notices.test_mailbox": '"info@hotline.example"',
    }


def test_a_newcomer_types_the_answers_at_a_terminal(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "tutela.toml"
    done = typed(home, "init", TUTELA_CONFIG=str(file))
    assert done.returncode == 0, done.stderr
    assert "Error: a mail address is written as" in done.stderr
    assert "Error: reports and sign-ins go encrypted" in done.stderr
    assert "Error: the desk has an address of its own" in done.stderr
    assert changed(home, file) == {
        "hotline.public_url": '"https://report.hotline.example"',
        "hotline.desk_url": '"https://desk.hotline.example"',
        "hotline.operator.name": '"Stichting Example"',
        "hotline.operator.address": '"1 Street\n1000 Town"',
        "hotline.operator.mail": '"info@hotline.example"',
        "hotline.operator.phone": '"+31 000"',
        "hotline.portals": portal("report.hotline.example", "nl", "en"),
        "notices.from_address": '"notices@hotline.example"',
        "notices.from_name": '"Hotline of Example"',
        "notices.country": '"NL"',
        "notices.server": '"127.0.0.1"',
        "alerts.to": '["duty@hotline.example"]',
    }
    check = tutela(home, "hotline", "check", TUTELA_CONFIG=str(file))
    assert [line.split(":")[0] for line in check.stderr.splitlines()] == ["MISSING configuration"]
    assert "signed as report.hotline.example/log" in check.stdout


def typed(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """What a command printed to whom these lines were typed at a terminal."""
    ours, theirs = pty.openpty()
    os.write(ours, "".join(f"{line}\n" for line in TYPED).encode())
    try:
        return subprocess.run(
            [*TUTELA, *words],
            env=environment(home, **more),
            stdin=theirs,
            capture_output=True,
            text=True,
            timeout=60,
        )
    finally:
        os.close(theirs)
        os.close(ours)


def test_a_second_call_says_what_is_there_and_changes_nothing(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "tutela.toml"
    first = tutela(home, "--config", str(file), "init", *SAID)
    kept = {one: one.read_bytes() for one in (file, home / "log.key", home / "login.key", home / "index.key")}
    again = tutela(home, "--config", str(file), "init")
    assert (first.returncode, again.returncode) == (0, 0)
    assert again.stdout.count("was there, unchanged") == 6
    assert all(one.read_bytes() == data for one, data in kept.items())
    assert first.stdout.partition("next:")[2] == again.stdout.partition("next:")[2]
    tutela(home, "--config", str(file), "keys", "split")
    later = tutela(home, "--config", str(file), "init").stdout
    assert "keys split" in again.stdout and "keys split" not in later


def test_a_database_elsewhere_is_not_founded_before_its_address_is_known(tmp_path: Path) -> None:
    home, file, secrets = tmp_path / "home", tmp_path / "tutela.toml", tmp_path / "secrets"
    first = tutela(home, "--config", str(file), "init", "--database", "postgresql", *SAID)
    assert first.returncode == 2 and file.exists() and not home.exists()
    assert "hotline__database of the secrets folder" in first.stderr
    assert tutela(home, "--config", str(file), "init").returncode == 2
    secrets.mkdir(mode=0o700)
    (secrets / "hotline__database").write_text(f"postgresql://nobody@/nowhere?host={tmp_path}")
    later = tutela(home, "--config", str(file), "init", TUTELA_SECRETS=str(secrets))
    assert later.returncode == 3 and "the database cannot be reached" in later.stderr
    assert "login key: made" in later.stdout and not (home / "hotline.sqlite").exists()


def called(*words: str, config: Path) -> str:
    """What the command prints, called in this process by somebody who does not type."""
    done = CliRunner().invoke(group, ["--config", str(config), "init", *words], standalone_mode=False)
    if done.exception:
        raise done.exception
    return done.stdout


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "tutela.toml"
    file.write_text("# mine\n")
    with pytest.raises(Conflict, match=r"never overwritten.*--name, --country, --mail; --print shows"):
        called(*SAID, config=file)
    shown = called("--print", "--no-questions", *SAID, config=file)
    assert 'name = "Hotline of Example"' in shown
    assert file.read_text() == "# mine\n"
    assert list(tmp_path.iterdir()) == [file]


def test_a_wrong_answer_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="two letters"):
        called(*SAID, "--country", "XX", config=tmp_path / "tutela.toml")
    with pytest.raises(Invalid, match="has to be said"):
        called(config=tmp_path / "tutela.toml")
    assert not list(tmp_path.iterdir())


def test_nobody_is_asked_who_wants_no_questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(init, "is_person", lambda: True)
    with pytest.raises(Invalid, match="nobody is here who can be asked"):
        called("--no-questions", "--print", config=tmp_path / "tutela.toml")


def test_a_file_can_be_shown_to_whoever_types(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(init, "is_person", lambda: True)
    words = ["--config", str(tmp_path / "tutela.toml"), "init", "--print"]
    done = CliRunner().invoke(group, words, input="\n".join([*TYPED, ""]), standalone_mode=False)
    assert not done.exception
    assert done.stdout.startswith("# Settings of a hotline") and "What is the hotline" in done.stderr
    assert 'public_url = "https://report.hotline.example"' in done.stdout
    assert not list(tmp_path.iterdir())


def test_the_file_is_the_one_that_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TUTELA_CONFIG", raising=False)
    monkeypatch.setattr("tutela.kernel.settings.DEFAULT_FILES", (Path("tutela.toml"), tmp_path / "etc.toml"))
    assert init.settings_path(None) == Path("tutela.toml")
    (tmp_path / "etc.toml").touch()
    assert init.settings_path(None) == tmp_path / "etc.toml"
    monkeypatch.setenv("TUTELA_CONFIG", "named.toml")
    assert init.settings_path(None) == Path("named.toml")
    assert init.settings_path(Path("said.toml")) == Path("said.toml")
