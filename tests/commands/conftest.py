"""What the tests of commands share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.board import Board
from tests.commands.guard_calls import Person
from tests.commands.keys_calls import Keeper
from tests.commands.list_calls import Caller
from tests.commands.log_calls import Notary
from tests.commands.people_calls import Registrar
from tests.commands.pilot_calls import Pilot
from tests.commands.work_calls import Foreman, toy_handler
from tests.hotline.conftest import django_db_modify_db_settings, login_key
from tutela.hotline.people.configuration import rehearse

__all__ = ["django_db_modify_db_settings", "login_key"]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Caller:
    """Calls ``tutela list ...`` in this process."""
    return Caller(capsys)


@pytest.fixture
def person(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Person:
    """Somebody with a device of their own who calls ``tutela guard ...``."""
    return Person(capsys, monkeypatch, tmp_path)


@pytest.fixture
def keeper(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Keeper:
    """Calls ``tutela keys ...`` on a vault of its own."""
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    return Keeper(capsys, monkeypatch, tmp_path)


@pytest.fixture
def board(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Board:
    """Calls ``tutela ...`` in a folder of its own, for signers, mandate and quorum."""
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)
    return Board(capsys, monkeypatch, tmp_path)


@pytest.fixture
def foreman(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, db: None
) -> Iterator[Foreman]:
    """Calls ``tutela work ...`` on the tests' own job table, with a sample in force and a handler toy."""
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    rehearse(tmp_path)
    with toy_handler():
        yield Foreman(capsys)


@pytest.fixture
def registrar(capsys: pytest.CaptureFixture[str], db: None) -> Registrar:
    """Calls ``tutela people ...`` on the tests' own accounts."""
    return Registrar(capsys)


@pytest.fixture
def notary(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, db: None
) -> Notary:
    """Calls ``tutela log ...`` on the tests' own ledger, with a home for each machine."""
    return Notary(capsys, monkeypatch, tmp_path)


@pytest.fixture
def pilot(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Pilot:
    """A clinic and somebody who takes part, who call ``tutela guard pilot ...``."""
    return Pilot(capsys, monkeypatch, tmp_path)
