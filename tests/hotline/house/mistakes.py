"""Mistakes that are planted in a house, and what ``tutela doctor`` says of it; for tests and proofs."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from tests.processes.founded import tutela
from tutela.detect.matching.shapes import ListHeader
from tutela.detect.matching.tlist import write_list
from tutela.detect.scan.lists import LIST_ENDING
from tutela.kernel.clock import SystemClock


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


def unlink(name: str) -> Callable[[Path], None]:
    return lambda home: (home / name).unlink()


def sql(text: str) -> Callable[[Path], None]:
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


def _list_that_ends(ends_in_days: int) -> Callable[[Path], None]:
    def change(home: Path) -> None:
        now = SystemClock().now()
        begun, end = now - timedelta(days=30), now + timedelta(days=ends_in_days)
        path = home / f"lists/a{LIST_ENDING}"
        path.parent.mkdir(mode=0o700, exist_ok=True)
        write_list(path, ListHeader(name="a", version="1", created=begun, valid_to=end), [])
        path.chmod(0o600)

    return change


def _damaged_list(home: Path) -> None:
    (home / "lists").mkdir(mode=0o700, exist_ok=True)
    (home / f"lists/a{LIST_ENDING}").write_bytes(b"?")


#: A planted mistake, and the finding that names it as a failure.
FAILS: dict[str, tuple[Callable[[Path], None], dict[str, str], str]] = {
    "the login key is gone": (unlink("login.key"), {}, "login key"),
    "a list has expired": (_list_that_ends(-1), {}, "house_lists"),
    "a list is damaged": (_damaged_list, {}, "house_lists"),
    "the index key is gone": (unlink("index.key"), {}, "index key"),
    "the index key is open to others": (lambda home: (home / "index.key").chmod(0o644), {}, "index key"),
    "the log's key is gone": (unlink("log.key"), {}, "log key"),
    "the vault's private key is gone": (_private_key, {}, "vault keys"),
    "the ledger's trigger was dropped": (sql("DROP TRIGGER ledger_ledgerentry_no_update"), {}, "database"),
    "a migration is of a newer release": (
        sql("INSERT INTO django_migrations (app, name, applied) VALUES ('work', '0099_next', '2026-01-01')"),
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
    "a key to sign letters with that is none": (
        lambda home: None,
        {"TUTELA_NOTICES__DKIM_SELECTOR": "t2026", "TUTELA_NOTICES__DKIM_RSA": "a word"},
        "signatures",
    ),
    "answers in the clear from another machine": (
        lambda home: None,
        {"TUTELA_REPLIES__SERVER": "mail.hotline.test", "TUTELA_REPLIES__ENCRYPTION": "none"},
        "answers",
    ),
    "reports by mail that nobody can prove": (
        lambda home: None,
        {"TUTELA_REPORTS_BY_MAIL__SERVER": "mail.hotline.test"},
        "reports_by_mail",
    ),
    "a web-hook of alerts without its secret": (
        lambda home: None,
        {"TUTELA_ALERTS__HOOK": "https://hooks.hotline.test/in"},
        "alerts",
    ),
    "a report that cannot be read": (_damaged_report, {}, "spare"),
}
WARNS: dict[str, tuple[Callable[[Path], None], str]] = {
    "a mark is gone": (unlink("keys/.nobackup"), "backup_marks"),
    "a list ends soon": (_list_that_ends(10), "house_lists"),
}
