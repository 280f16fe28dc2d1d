"""A hotline that was brought back: all that was acknowledged, nothing that was erased, nothing sent again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hotline.backups.lived_in import LOOK, NOTICES, PUBLIC, TAKE_IN, acknowledged, keep_keys, lines
from tests.postgres import Server
from tests.processes.founded import found_house, tutela

pytestmark = pytest.mark.slow
#: A restore that dies when the database stands and its notices are not in doubt yet.
INTERRUPTED = """
import os, sys
from tutela.web.starting import start_django
start_django()
from tutela.hotline.backups import restoring
restoring._settle = lambda *_: os._exit(9)
from tutela.cli import main
main(sys.argv[1:])
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], list[str]]:
    """A house, its notices by id, and the digests of the receipts that it gave; on SQLite."""
    home = found_house(tmp_path_factory.mktemp("template") / "home")
    queued, sending, sent = acknowledged(lines(home, NOTICES))
    return home, {"queued": queued, "sending": sending, "sent": sent}, acknowledged(lines(home, TAKE_IN, "3"))


@pytest.fixture
def house(template: tuple[Path, dict[str, str], list[str]], tmp_path: Path) -> Path:
    return Path(shutil.copytree(template[0], tmp_path / "home"))


def backed_up(house: Path, folder: Path) -> tuple[str, ...]:
    """The words of the command that restores a backup of the house as it is now."""
    done = tutela(house, "backup", str(folder / "backup"), "--to", PUBLIC)
    assert done.returncode == 0, done.stderr
    return ("restore", str(folder / "backup"), *keep_keys(folder, house))


def test_everything_that_was_acknowledged_is_back_and_what_may_go_out_is_in_doubt(
    template: tuple[Path, dict[str, str], list[str]], house: Path, tmp_path: Path
) -> None:
    _, notices, receipts = template
    words = backed_up(house, tmp_path)
    done = tutela(tmp_path / "new", *words)
    assert done.returncode == 0, done.stderr
    assert "2 notices are in doubt" in done.stderr
    found = lines(tmp_path / "new", LOOK)
    assert {line[1] for line in found if line[0] == "REPORT"} == set(receipts)
    assert {line[1]: line[2] for line in found if line[0] == "NOTICE"} == {
        notices["queued"]: "in_doubt",
        notices["sending"]: "in_doubt",
        notices["sent"]: "sent",
    }
    fsck = tutela(tmp_path / "new", "log", "fsck")
    assert fsck.returncode == 0 and "the log is whole" in fsck.stdout


def test_no_private_key_and_no_envelope_comes_along(house: Path, tmp_path: Path) -> None:
    (house / "envelopes/epo_x").mkdir()
    (house / "envelopes/epo_x/blb_x.age").write_bytes(b"an envelope")
    assert tutela(tmp_path / "new", *backed_up(house, tmp_path)).returncode == 0
    private = [path.read_bytes() for path in (house / "keys").iterdir() if path.suffix == ".key"]
    assert private
    found = [path for path in (tmp_path / "new").rglob("*") if path.is_file()]
    assert not [path for path in found if path.read_bytes() in [*private, b"an envelope"]]
    assert (tmp_path / "new/login.key").read_bytes() == (house / "login.key").read_bytes()


def test_what_happened_after_the_backup_is_said_to_be_lost(house: Path, tmp_path: Path) -> None:
    words = backed_up(house, tmp_path)
    lines(house, TAKE_IN, "2")
    signed = tutela(house, "log", "checkpoint")
    assert signed.returncode == 0, signed.stderr
    newest = str(house / "checkpoints/last.note")
    done = tutela(tmp_path / "new", *words, "--checkpoint", newest)
    assert done.returncode == 1 and "LOST: " in done.stderr


def test_nothing_is_lost_where_the_newest_checkpoint_is_in_it(house: Path, tmp_path: Path) -> None:
    assert tutela(house, "log", "checkpoint").returncode == 0
    words = backed_up(house, tmp_path)
    done = tutela(tmp_path / "new", *words, "--checkpoint", str(house / "checkpoints/last.note"))
    assert done.returncode == 0 and "LOST" not in done.stderr and "nobody can tell" not in done.stderr


def test_a_house_that_stands_is_not_overwritten(house: Path, tmp_path: Path) -> None:
    words = backed_up(house, tmp_path)
    before = (house / "hotline.sqlite").read_bytes()
    done = tutela(house, *words)
    assert done.returncode == 2 and "empty" in done.stderr
    assert (house / "hotline.sqlite").read_bytes() == before


def test_a_restore_that_was_interrupted_leaves_a_house_that_does_not_start(
    house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the database and its doubts, it leaves notices that a sender would take up."""
    words = backed_up(house, tmp_path)
    new = tmp_path / "new"
    broken = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, *words],
        env={**os.environ, "TUTELA_HOME": str(new)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert broken.returncode == 9, broken.stderr
    assert (new / "hotline.sqlite").exists()
    sender = tutela(new, "run", "sender")
    assert sender.returncode != 0 and "interrupted" in sender.stderr
    again = tutela(new, *words)
    assert again.returncode == 2 and "interrupted" in again.stderr


def test_a_wrong_key_brings_nothing(house: Path, tmp_path: Path) -> None:
    from tutela.kernel.custody import age

    words = backed_up(house, tmp_path)
    (tmp_path / "backup.key").write_text(age.new_key()[0])
    done = tutela(tmp_path / "new", *words)
    assert done.returncode in (2, 3)
    assert not (tmp_path / "new/hotline.sqlite").exists()


@pytest.mark.needs("postgres")
def test_the_same_on_postgresql(postgres_server: Server, tmp_path: Path) -> None:
    from tests.postgres import OWNER

    with postgres_server.connected("admin", "postgres") as database:
        for name in ("house_old", "house_new"):
            database.execute(f"DROP DATABASE IF EXISTS {name}".encode())
            database.execute(f"CREATE DATABASE {name} OWNER {OWNER}".encode())
    old = {"TUTELA_HOTLINE__DATABASE": postgres_server.address(OWNER, "house_old")}
    new = {"TUTELA_HOTLINE__DATABASE": postgres_server.address(OWNER, "house_new")}
    home = tmp_path / "home"
    assert tutela(home, "hotline", "init", "--demo", **old).returncode == 0
    notices, receipts = (
        acknowledged(lines(home, NOTICES, **old)),
        acknowledged(lines(home, TAKE_IN, "3", **old)),
    )
    made = tutela(home, "backup", str(tmp_path / "backup"), "--to", PUBLIC, **old)
    assert made.returncode == 0, made.stderr
    words = ("restore", str(tmp_path / "backup"), *keep_keys(tmp_path, home))
    done = tutela(tmp_path / "new", *words, **new)
    assert done.returncode == 0, done.stderr
    found = lines(tmp_path / "new", LOOK, **new)
    assert {line[1] for line in found if line[0] == "REPORT"} == set(receipts)
    assert {line[1] for line in found if line[0] == "NOTICE"} == set(notices)
    fsck = tutela(tmp_path / "new", "log", "fsck", **new)
    assert fsck.returncode == 0, fsck.stdout
    again = tutela(tmp_path / "newer", *words, **new)
    assert again.returncode == 2 and "tables already" in again.stderr


@pytest.mark.django_db
def test_a_referral_that_may_have_been_mailed_since_is_in_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.hotline.partners.actions.test_mailing import claimed
    from tutela.hotline.backups.restoring import _settle
    from tutela.hotline.partners.models import Referral
    from tutela.hotline.people.configuration import rehearse
    from tutela.kernel.clock import FixedClock, SystemClock

    clock = FixedClock(SystemClock().now())
    rehearse(tmp_path, mandate="police-first", clock=clock)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    claimed(clock)
    assert _settle({"entries": 7}, clock) == (0, 1) and Referral.objects.get().state == "in_doubt"
