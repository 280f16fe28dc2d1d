"""``tutela hotline check``: each thing that is missing is named in a sentence, and nothing is changed."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.processes.founded import copied, found_house, tutela

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found_house(tmp_path_factory.mktemp("check") / "home")


def remove(name: str) -> Callable[[Path], None]:
    def damage(home: Path) -> None:
        path = home / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()

    return damage


def without_trigger(home: Path) -> None:
    with sqlite3.connect(home / "hotline.sqlite") as database:
        (name,) = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' LIMIT 1").fetchone()
        database.execute(f"DROP TRIGGER {name}")


def of_an_older_release(home: Path) -> None:
    with sqlite3.connect(home / "hotline.sqlite") as database:
        database.execute("DELETE FROM django_migrations WHERE app = 'takedown'")


def of_a_newer_release(home: Path) -> None:
    with sqlite3.connect(home / "hotline.sqlite") as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('takedown', '9999_x', '2030-01-01')"
        )


def open_to_others(home: Path) -> None:
    (home / "index.key").chmod(0o644)


def altered(home: Path) -> None:
    path = next((home / "configuration").rglob("mandate*"))
    target = next(one for one in [path, *path.rglob("*")] if one.is_file())
    target.write_bytes(target.read_bytes().replace(b"a", b"b", 1))


DAMAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "login key": (remove("login.key"), "login cookies is missing"),
    "index key": (remove("index.key"), "index key is not here"),
    "open key": (open_to_others, "index"),
    "vault keys": (remove("keys"), "private key"),
    "fetch key": (remove("fetch/keys"), "private key"),
    "log key": (remove("log.key"), "log"),
    "database": (remove("hotline.sqlite"), "hotline init"),
    "older database": (of_an_older_release, "older release"),
    "newer database": (of_a_newer_release, "newer release"),
    "trigger": (without_trigger, "is missing"),
    "configuration": (remove("configuration"), "configuration"),
    "altered configuration": (altered, "configuration"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_what_is_missing_is_named_and_the_rest_is_right(template: Path, tmp_path: Path, name: str) -> None:
    home = copied(template, tmp_path / "home")
    damage, sentence = DAMAGES[name]
    damage(home)
    done = tutela(home, "hotline", "check", "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    wrong = [row for row in rows if not row["right"]]
    assert done.returncode == 2, done.stderr
    assert len(wrong) == 1
    assert sentence in f"{wrong[0]['name']}: {wrong[0]['says']}"


def test_a_whole_house_is_right_and_quiet_says_nothing(template: Path) -> None:
    done = tutela(template, "hotline", "check", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
