"""A house goes to the next release and back, with what is in it; the old processes run on in between."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hotline.backups.lived_in import LOOK, TAKE_IN, acknowledged, lines
from tests.hotline.house.next_release import AS_NEXT, next_release
from tests.postgres import OWNER, Server
from tests.processes.founded import found_house, tutela
from tools.release_migrations import known
from tutela import __version__
from tutela.hotline.house.upgrading import releases


def reports(home: Path, **more: str) -> set[str]:
    return {line[1] for line in lines(home, LOOK, **more) if line[0] == "REPORT"}


def test_the_present_release_says_which_migrations_it_knows() -> None:
    assert releases()[__version__] == known(), "python -m tools.release_migrations"


def live_through(home: Path, folder: Path, **more: str) -> None:
    """On to the next release and back, with reports before, in between (by the old release) and after."""
    told = acknowledged(lines(home, TAKE_IN, "2", **more))
    package = next_release(folder)
    assert lines(home, AS_NEXT, package, "on", **more)[-1] == ["STEPS", "1"]
    assert lines(home, AS_NEXT, package, "on", **more)[-1] == ["STEPS", "0"]
    told += acknowledged(lines(home, TAKE_IN, "2", **more))
    check = tutela(home, "hotline", "check", **more)
    assert check.returncode == 2 and "newer release" in check.stderr
    assert tutela(home, "upgrade", "--yes", **more).returncode == 2
    assert lines(home, AS_NEXT, package, __version__, **more)[-1] == ["STEPS", "1"]
    assert tutela(home, "hotline", "check", **more).returncode == 0
    told += acknowledged(lines(home, TAKE_IN, "1", **more))
    assert reports(home, **more) == set(told) and len(told) == 5
    assert tutela(home, "log", "fsck", **more).returncode == 0


@pytest.mark.slow
def test_on_and_back_with_everything_in_it(tmp_path: Path) -> None:
    live_through(found_house(tmp_path / "home"), tmp_path / "next")


@pytest.mark.slow
@pytest.mark.needs("postgres")
def test_on_and_back_on_postgresql(postgres_server: Server, tmp_path: Path) -> None:
    with postgres_server.connected("admin", "postgres") as database:
        database.execute(b"DROP DATABASE IF EXISTS upgraded")
        database.execute(f"CREATE DATABASE upgraded OWNER {OWNER}".encode())
    address = {"TUTELA_HOTLINE__DATABASE": postgres_server.address(OWNER, "upgraded")}
    assert tutela(tmp_path / "home", "hotline", "init", "--demo", **address).returncode == 0
    live_through(tmp_path / "home", tmp_path / "next", **address)


@pytest.mark.slow
def test_a_release_that_nobody_knows_changes_nothing(tmp_path: Path) -> None:
    home = found_house(tmp_path / "home")
    done = tutela(home, "upgrade", "--yes", "--back-to", "0.0.1")
    assert done.returncode == 2 and "0.1.0" in done.stderr
    assert tutela(home, "hotline", "check").returncode == 0
