"""Which log the settings name, and what a service is told before it starts on one that is away or another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from tests.detect.service.drafts import NOW, add, create
from tutela.detect.scan.recipe import Recipe
from tutela.detect.service.assembly import assembled
from tutela.detect.service.follower import Follower
from tutela.detect.service.log_opening import CHANGES, open_log, prove_log
from tutela.detect.service.settings import ServiceSettings
from tutela.detect.service.sqlite_log import SqliteChangeLog
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Conflict, Invalid, Unavailable

if TYPE_CHECKING:
    from tests.postgres import Server

NONE = SecretStr("")


@pytest.fixture
def place(postgres_server: Server) -> SecretStr:
    return SecretStr(postgres_server.empty_log())


@pytest.mark.parametrize("place", [None, NONE])
def test_the_file_of_the_data_folder_is_the_usual_log(tmp_path: Path, place: SecretStr | None) -> None:
    log = open_log(place, tmp_path, clock=FixedClock(NOW))
    log.append(create("a"))
    log.close()
    with SqliteChangeLog(tmp_path / CHANGES) as same:
        assert same.head() == 1 and same.after(0)[0].made == NOW
    assert prove_log(NONE, tmp_path) is True
    (tmp_path / CHANGES).write_bytes(b"not a database " * 100)
    with pytest.raises(Invalid):
        prove_log(NONE, tmp_path)


def test_the_setting_names_a_database_and_the_folder_gets_no_log(tmp_path: Path, place: SecretStr) -> None:
    settings = ServiceSettings(change_log=place)
    running = assembled(settings, Recipe(), tmp_path)
    try:
        assert running.log.append(create("a")) == 1
    finally:
        running.close()
    other = open_log(settings.change_log, tmp_path)
    assert other.head() == 1 and not (tmp_path / CHANGES).exists()
    other.close()
    assert prove_log(place, tmp_path) is True


def test_a_service_starts_while_its_log_is_away(
    tmp_path: Path, postgres_server: Server, place: SecretStr
) -> None:
    postgres_server.stop()
    try:
        assert prove_log(place, tmp_path) is False
        running = assembled(ServiceSettings(change_log=place), Recipe(), tmp_path)
        with pytest.raises(Unavailable):
            running.log.append(create("a"))
        running.close()
    finally:
        postgres_server.start()


def test_lists_of_another_log_are_not_mixed_with_this_one(
    tmp_path: Path, postgres_server: Server, place: SecretStr
) -> None:
    with SqliteChangeLog(tmp_path / CHANGES) as own, Follower(own, tmp_path) as follower:
        own.append(create("a"))
        assert follower.step() == 1
    with pytest.raises(Conflict, match="tutela service log move"):
        prove_log(place, tmp_path)
    (tmp_path / "applied.json").write_text("{")
    assert prove_log(place, tmp_path) is True  # the follower says what is wrong with it


def test_a_database_that_is_no_log_keeps_the_service_from_starting(
    tmp_path: Path, postgres_server: Server
) -> None:
    with pytest.raises(Invalid, match="tutela service log sql"):
        prove_log(SecretStr(postgres_server.address(database="postgres")), tmp_path)
    for wrong in ("changes.db", "postgresql://tutela@far.example/x?sslmode=disable"):
        with pytest.raises(Invalid) as refused:
            prove_log(SecretStr(wrong), tmp_path)
        assert refused.value.field == "service.change_log"


def test_without_the_driver_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "tutela.detect.service.postgres_log", None)
    with pytest.raises(Unavailable, match=r"tutela\[service-postgres\]"):
        open_log(SecretStr("postgresql://tutela@localhost/x"), tmp_path)


def test_a_follower_works_on_a_shared_log(tmp_path: Path, place: SecretStr) -> None:
    logs: list[Any] = [open_log(place, tmp_path) for _ in range(2)]
    with Follower(logs[0], tmp_path / "a") as one, Follower(logs[1], tmp_path / "b") as two:
        logs[0].append(create("x"))
        assert (one.step(), two.step()) == (1, 1)
        logs[1].append(add("x"))
        assert (one.step(), two.step()) == (1, 1)
        assert one.sequence == two.sequence == 2
    for log in logs:
        log.close()
