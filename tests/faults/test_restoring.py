"""What the manual says about copies of the change log (docs/how-to/operate.md): lists are made from it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.detect.matching.making import entry, value
from tests.detect.service.drafts import act, add, create, remove
from tutela.detect.service.applied import APPLIED, LISTS
from tutela.detect.service.assembly import CHANGES
from tutela.detect.service.doctor.examination import Place, examine
from tutela.detect.service.follower import Follower
from tutela.detect.service.shelf import Shelf
from tutela.detect.service.sqlite_log import SqliteChangeLog
from tutela.kernel.errors import Unavailable


def one(number: int) -> Any:
    return replace(entry(f"e{number}", "pdq", value(number)))


def work_in(folder: Path) -> None:
    """A follower of its own does what there is to do, and ends."""
    with SqliteChangeLog(folder / CHANGES) as log, Follower(log, folder) as follower:
        while follower.step():
            pass


def told(folder: Path) -> dict[str, tuple[set[str], bool, int]]:
    """Entries, whether it answers, and how many are disabled, of each list."""
    with closing(Shelf(folder)) as shelf:
        found = {}
        for name in shelf.names():
            state = shelf.state(name)
            parts = [part.entry for one in shelf.lists((name,)) for part in one.live.entries()]
            found[name] = (set(parts), state.enabled, state.disabled_entries)
        return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "home" / "match"
    made.mkdir(parents=True, mode=0o700)
    with SqliteChangeLog(made / CHANGES) as log:
        for draft in (
            create("kept"),
            create("gone"),
            add("kept", *map(one, range(9))),
            remove("kept", "e1", "e2"),
            act("kept", "disable", ids=("e3",)),
            act("gone", "retire"),
            create("silent"),
            act("silent", "ratio", ratio=0.0),
        ):
            log.append(draft)
    work_in(made)
    return made


def copied(folder: Path, target: Path) -> None:
    """As the manual says: by SQLite, while others have it open."""
    with (
        closing(sqlite3.connect(folder / CHANGES)) as ours,
        closing(sqlite3.connect(target)) as copy,
    ):
        ours.backup(copy)
    target.chmod(0o600)


def state_of_log(folder: Path) -> str:
    return next(one.state for one in examine(Place(home=folder.parent)) if one.check == "log")


def test_a_copy_of_the_log_alone_gives_every_list_again(folder: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "restored" / "match"
    fresh.mkdir(parents=True, mode=0o700)
    with SqliteChangeLog(folder / CHANGES):
        copied(folder, fresh / CHANGES)
    assert state_of_log(fresh) == "ok"
    work_in(fresh)
    assert told(fresh) == told(folder)
    assert set(told(fresh)) == {"kept", "silent"}


def test_lists_taken_away_with_what_was_applied_are_made_anew(folder: Path) -> None:
    before = told(folder)
    (folder / LISTS / "kept" / "HEAD").write_bytes(b"damaged")
    shutil.rmtree(folder / LISTS)
    (folder / APPLIED).unlink()
    work_in(folder)
    assert told(folder) == before


def test_an_older_copy_beside_newer_lists_is_refused_until_they_go(folder: Path, tmp_path: Path) -> None:
    copied(folder, tmp_path / "older")
    with SqliteChangeLog(folder / CHANGES) as log:
        log.append(add("kept", one(20)))
    work_in(folder)
    shutil.copy(tmp_path / "older", folder / CHANGES)
    for beside in ("-wal", "-shm"):
        (folder / f"{CHANGES}{beside}").unlink(missing_ok=True)
    assert state_of_log(folder) == "fail"
    with pytest.raises(Unavailable, match="went back"):
        work_in(folder)
    shutil.rmtree(folder / LISTS)
    (folder / APPLIED).unlink()
    work_in(folder)
    assert state_of_log(folder) == "ok"
    assert "e20" not in told(folder)["kept"][0]
