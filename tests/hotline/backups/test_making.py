"""What a backup holds that is made while others write: all that was acknowledged before it began."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hotline.backups.lived_in import PUBLIC, ROOT, SECRET, TAKE_IN
from tests.processes.founded import environment, found_house, tutela
from tutela.hotline.backups.archives import unpack
from tutela.hotline.ledger.log_keys import log_public_key

pytestmark = pytest.mark.slow


def unpacked(backup: Path, home: Path, folder: Path) -> dict[str, object]:
    return unpack(io.BytesIO(backup.read_bytes()), SECRET, folder, log_public_key(home))


def test_a_backup_made_while_reports_come_in_holds_all_that_were_acknowledged(tmp_path: Path) -> None:
    import sqlite3

    home = found_house(tmp_path / "home")
    busy = subprocess.Popen(
        [sys.executable, "-c", TAKE_IN, "500"],
        cwd=ROOT,
        env=environment(home),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert busy.stdout is not None
        told = [busy.stdout.readline().split()[1] for _ in range(5)]
        done = tutela(home, "backup", str(tmp_path / "backup"), "--to", PUBLIC)
        assert done.returncode == 0, done.stderr
        assert busy.poll() is None, "it must still be writing, or nothing was shown"
    finally:
        busy.kill()
        busy.communicate()
    facts = unpacked(tmp_path / "backup", home, tmp_path / "new")
    with sqlite3.connect(tmp_path / "new/database.sqlite") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        found = {row[0] for row in database.execute("SELECT receipt_digest FROM intake_report")}
        (entries,) = database.execute("SELECT count(*) FROM ledger_ledgerentry").fetchone()
    assert set(told) <= found
    assert isinstance(facts["entries"], int) and facts["entries"] <= entries


def test_a_report_in_the_spare_area_is_in_it(tmp_path: Path) -> None:
    home = found_house(tmp_path / "home")
    (home / "spare").mkdir(exist_ok=True)
    (home / "spare/rep_waiting.report").write_bytes(b"sealed")
    assert tutela(home, "backup", str(tmp_path / "backup"), "--to", PUBLIC).returncode == 0
    unpacked(tmp_path / "backup", home, tmp_path / "new")
    assert (tmp_path / "new/spare/rep_waiting.report").read_bytes() == b"sealed"


def test_a_wrong_recipient_leaves_nothing(tmp_path: Path) -> None:
    home = found_house(tmp_path / "home")
    done = tutela(home, "backup", str(tmp_path / "backup"), "--to", "age1nothing")
    assert done.returncode == 2 and "age1" in done.stderr
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("backup")]
    assert not [path for path in home.iterdir() if path.name.startswith("backup-")]
