"""What ``tutela doctor`` says of a hotline: each of many planted mistakes is named, a whole house is not."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hotline.backups.lived_in import NOTICES, PUBLIC, TAKE_IN, lines
from tests.processes.founded import found_house, tutela

pytestmark = pytest.mark.slow

#: What a house that was only just founded for a rehearsal is told.
FRESH = {"public_address", "mail", "shares", "rehearsal", "administrators", "backup", "separation"}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found_house(tmp_path_factory.mktemp("examined") / "home")


@pytest.fixture(scope="module")
def before(template: Path) -> tuple[int, dict[str, str]]:
    """What the untouched house is told."""
    return told(template)


@pytest.fixture
def house(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "home"))


def told(home: Path, **more: str) -> tuple[int, dict[str, str]]:
    """The exit code, and the state and words of each finding about the hotline that is not ok."""
    done = tutela(home, "doctor", "--json", **more)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert found, done.stderr
    return done.returncode, {
        (one["what"].partition(":")[0] if one["check"] == "hotline" else one["check"]): one["state"]
        for one in found
        if one["state"] != "ok"
    }


def test_a_fresh_house_may_run_and_hears_what_is_left_to_do(before: tuple[int, dict[str, str]]) -> None:
    code, found = before
    assert code == 0
    assert set(found) >= FRESH and set(found.values()) == {"warn"}


def _unlink(name: str) -> Callable[[Path], None]:
    return lambda home: (home / name).unlink()


def _sql(text: str) -> Callable[[Path], None]:
    def change(home: Path) -> None:
        with sqlite3.connect(home / "hotline.sqlite") as database:
            database.execute(text)

    return change


def _append(name: str, text: str) -> Callable[[Path], None]:
    def change(home: Path) -> None:
        path = home / name
        path.write_text(path.read_text() + text)

    return change


def _private_key(home: Path) -> None:
    next((home / "keys").glob("*.key")).unlink()


def _damaged_report(home: Path) -> None:
    (home / "spare").mkdir(exist_ok=True)
    (home / "spare/rep_1.damaged").write_bytes(b"?")


#: A planted mistake, and the finding that names it as a failure.
FAILS: dict[str, tuple[Callable[[Path], None], dict[str, str], str]] = {
    "the login key is gone": (_unlink("login.key"), {}, "login key"),
    "the index key is gone": (_unlink("index.key"), {}, "index key"),
    "the index key is open to others": (lambda home: (home / "index.key").chmod(0o644), {}, "index key"),
    "the log's key is gone": (_unlink("log.key"), {}, "log key"),
    "the vault's private key is gone": (_private_key, {}, "vault keys"),
    "the ledger's trigger was dropped": (_sql("DROP TRIGGER ledger_ledgerentry_no_update"), {}, "database"),
    "a migration is of a newer release": (
        _sql("INSERT INTO django_migrations (app, name, applied) VALUES ('work', '0099_next', '2026-01-01')"),
        {},
        "database",
    ),
    "the mandate was altered": (_append("configuration/mandate.toml", "\n# more\n"), {}, "configuration"),
    "the desk in the clear": (
        lambda home: None,
        {"TUTELA_HOTLINE__DESK_URL": "http://desk.hotline.test"},
        "desk_address",
    ),
    "reports in the clear": (
        lambda home: None,
        {"TUTELA_HOTLINE__PUBLIC_URL": "http://hotline.test"},
        "public_address",
    ),
    "mail in the clear to another machine": (
        lambda home: None,
        {"TUTELA_NOTICES__SERVER": "mail.hotline.test"},
        "mail",
    ),
    "a report that cannot be read": (_damaged_report, {}, "spare"),
}
WARNS: dict[str, tuple[Callable[[Path], None], str]] = {
    "a mark is gone": (_unlink("keys/.nobackup"), "backup_marks"),
}


@pytest.mark.parametrize("mistake", FAILS)
def test_a_planted_mistake_is_named(house: Path, before: tuple[int, dict[str, str]], mistake: str) -> None:
    change, more, finding = FAILS[mistake]
    assert before[1].get(finding) != "fail"
    change(house)
    code, found = told(house, **more)
    assert code == 1 and found.get(finding) == "fail", found


@pytest.mark.parametrize("mistake", WARNS)
def test_what_should_be_looked_at_is_named(
    house: Path, before: tuple[int, dict[str, str]], mistake: str
) -> None:
    change, finding = WARNS[mistake]
    assert finding not in before[1]
    change(house)
    code, found = told(house)
    assert code == 0 and found.get(finding) == "warn"


def test_doubts_are_named_and_a_backup_ends_the_warning(house: Path, tmp_path: Path) -> None:
    lines(house, NOTICES)
    _sql("UPDATE takedown_notice SET state = 'in_doubt' WHERE state = 'sending'")(house)
    assert tutela(house, "backup", str(tmp_path / "backup"), "--to", PUBLIC).returncode == 0
    found = told(house)[1]
    assert found.get("doubts") == "warn" and "backup" not in found


def test_work_that_nobody_does_is_named(house: Path, before: tuple[int, dict[str, str]]) -> None:
    lines(house, TAKE_IN, "1")
    assert "work" not in before[1]
    _sql("UPDATE work_job SET due = '2026-01-01 00:00:00'")(house)
    assert told(house)[1].get("work") == "fail"


def test_a_match_service_alone_hears_nothing_of_a_hotline(tmp_path: Path) -> None:
    done = tutela(tmp_path / "home", "doctor", "--json")
    assert "hotline" not in {json.loads(line)["check"] for line in done.stdout.splitlines()}
