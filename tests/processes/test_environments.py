"""What a process inherits: its settings come through, the others' do not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tutela.config import Config, load_with_origin
from tutela.kernel.handed_secrets import VARIABLE, handed_over
from tutela.kernel.settings import Loaded, Origins, read
from tutela.processes.assembly import parts_of
from tutela.processes.environments import EMPTY, KEPT, environment_of, make_empty_settings, secrets_of
from tutela.processes.map import PROCESSES, process_named

SETTINGS = """
[hotline]
database = "postgresql://tutela:secret@db.test/tutela"
[hotline.oidc]
client_secret = "another secret"
[egress]
ports = [80, 443, 8080]
[custody]
vault = "/somewhere"
[notices]
password = "third secret"
[visits]
enabled = true
"""
#: Processes that are not told where the database is.
WITHOUT = ("fetcher", "visitor")


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded[Config]:
    file = tmp_path / "tutela.toml"
    file.write_text(SETTINGS)
    return read(Config, Origins(file=file))


def inherited(name: str, loaded: Loaded[Config], home: Path) -> dict[str, str]:
    given = {"PATH": "/bin", "HOME": "/root", "TUTELA_CONFIG": "tutela.toml", "SECRET": "x"}
    return environment_of(process_named(name), loaded, home, given)


def test_the_fetcher_gets_its_settings_and_nothing_of_the_database(
    loaded: Loaded[Config], tmp_path: Path
) -> None:
    found = inherited("fetcher", loaded, tmp_path)
    assert found["TUTELA_EGRESS__PORTS"] == "[80, 443, 8080]"
    assert found["TUTELA_CUSTODY__VAULT"] == "/somewhere"
    assert not {name for name in found if not name.startswith("TUTELA_")} - set(KEPT)
    assert "secret" not in " ".join(found.values())


@pytest.mark.parametrize("name", [one.name for one in PROCESSES])
def test_no_password_stands_in_an_environment(loaded: Loaded[Config], tmp_path: Path, name: str) -> None:
    (part,) = [one for one in parts_of(loaded, tmp_path, {}) if one.name == name]
    assert "secret" not in repr((dict(part.environment), part.command))
    assert ("hotline__database" in part.secrets) is (name not in WITHOUT)
    assert ("notices__password" in part.secrets) is (name == "sender")
    assert "secret" not in repr(part)


def test_a_table_of_secrets_is_one() -> None:
    origins = Origins(environ={"TUTELA_SERVICE__HOOK_SECRETS": '{"one": ["a secret"]}'})
    everything = replace(process_named("desk"), settings=("service",))
    found = secrets_of(everything, read(Config, origins))
    assert json.loads(found["service__hook_secrets"]) == {"one": ["a secret"]}


def test_a_list_of_tables_comes_through_whole(tmp_path: Path) -> None:
    file = tmp_path / "tutela.toml"
    file.write_text('[[service.hooks]]\nname = "one"\nurl = "https://hooks.test/x"\n')
    loaded = read(Config, Origins(file=file))
    everything = replace(process_named("desk"), settings=("service",))
    assert "hooks.test" not in repr(environment_of(everything, loaded, tmp_path, {}))
    (row,) = json.loads(secrets_of(everything, loaded)["service__hooks"])
    assert row["url"] == "https://hooks.test/x"


@pytest.mark.needs("linux")
@pytest.mark.parametrize("name", [one.name for one in PROCESSES])
def test_what_a_process_reads_is_what_it_was_given(
    loaded: Loaded[Config], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    make_empty_settings(tmp_path)
    for variable, text in inherited(name, loaded, tmp_path).items():
        monkeypatch.setenv(variable, text)
    with handed_over(secrets_of(process_named(name), loaded)) as descriptor:
        monkeypatch.setenv(VARIABLE, str(descriptor))
        read_there = load_with_origin()
    database = read_there.values.hotline.database.get_secret_value()
    assert database == ("" if name in WITHOUT else "postgresql://tutela:secret@db.test/tutela")
    assert (read_there.values.notices.password.get_secret_value() == "third secret") is (name == "sender")
    assert (read_there.values.hotline.oidc.client_secret.get_secret_value() != "") is (name == "desk")


def test_the_empty_settings_file_is_made_once_and_mended(tmp_path: Path) -> None:
    make_empty_settings(tmp_path)
    path = tmp_path / EMPTY
    path.write_text("[hotline]\n")
    make_empty_settings(tmp_path)
    assert "[" not in path.read_text()
