from __future__ import annotations

from pathlib import Path

import pytest
from django.db import OperationalError, connection

from tutela.hotline.databases import PRAGMAS, answering, database
from tutela.kernel.errors import Invalid, Unavailable


def test_the_default_is_a_file_in_the_home(tmp_path: Path) -> None:
    assert database("", tmp_path)["NAME"] == str(tmp_path / "hotline.sqlite")


def test_an_address_is_taken_apart(tmp_path: Path) -> None:
    made = database("postgresql://us%40er:p%2Fw@db.test:5433/hot?sslmode=require", tmp_path)
    assert (made["USER"], made["PASSWORD"], made["HOST"], made["PORT"]) == ("us@er", "p/w", "db.test", "5433")
    assert made["OPTIONS"]["options"] == "-c jit=off"
    assert (made["NAME"], made["OPTIONS"]["sslmode"]) == ("hot", "require")


def test_a_socket_folder_is_a_host(tmp_path: Path) -> None:
    assert database("postgresql://u@/hot?host=/run/pg", tmp_path)["HOST"] == "/run/pg"


@pytest.mark.parametrize("address", ["mysql://u@h/d", "postgresql://u@h", "hotline.sqlite"])
def test_another_address_is_refused_and_not_repeated(tmp_path: Path, address: str) -> None:
    with pytest.raises(Invalid) as caught:
        database(address, tmp_path)
    assert caught.value.field == "hotline.database" and address not in caught.value.message


@pytest.mark.django_db
def test_a_connection_has_what_we_ask() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's own settings")
    with connection.cursor() as cursor:
        found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in PRAGMAS}
    assert found == PRAGMAS


def test_a_database_that_does_not_answer_is_said_so_and_its_words_are_not_repeated() -> None:
    with pytest.raises(Unavailable) as caught, answering():
        raise OperationalError("no such table in /secret/place")
    assert "OperationalError" in caught.value.message and "secret" not in caught.value.message
