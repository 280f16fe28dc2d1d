"""More, with data of every release: ``tests/upgrades``."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.detect.service.drafts import create
from tutela.detect.service.follower import Follower
from tutela.detect.service.sqlite_log import SqliteChangeLog
from tutela.detect.service.stored import check_stored
from tutela.kernel.errors import Invalid


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with SqliteChangeLog(tmp_path / "changes.sqlite") as log:
        log.append(create("hotline"))
        with Follower(log, tmp_path) as follower:
            follower.step()
    return tmp_path


def test_a_folder_of_this_release_and_an_empty_one_pass(folder: Path, tmp_path: Path) -> None:
    check_stored(folder)
    check_stored(tmp_path / "nothing yet")


def test_the_file_and_both_versions_are_named(folder: Path) -> None:
    path = folder / "lists" / "hotline" / "standing.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"v": 3}))
    with pytest.raises(Invalid, match="format version 3, this release reads 1") as refused:
        check_stored(folder)
    assert refused.value.field == "lists/hotline"


def test_a_version_inside_another_error_is_found_too(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "changes.sqlite")) as database, database:
        database.execute("UPDATE meta SET value = '4' WHERE name = 'schema'")
    with pytest.raises(Invalid, match="version 4 is needed") as refused:
        check_stored(folder)
    assert refused.value.field == "changes.sqlite"


@pytest.mark.parametrize("name", ["changes.sqlite", "tokens.json", "applied.json", "lists/hotline/HEAD"])
def test_damage_is_left_to_whoever_reads_the_file(name: str, folder: Path) -> None:
    (folder / name).write_bytes(b"damaged")
    check_stored(folder)
