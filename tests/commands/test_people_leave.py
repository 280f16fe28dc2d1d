from __future__ import annotations

from tests.commands.people_calls import Registrar
from tests.hotline.people import making


def test_an_account_ends(registrar: Registrar) -> None:
    making.person("analyst", email="ada@house.test")
    assert registrar("leave", "ada@house.test") == 0 and "0 released" in registrar.out
    assert registrar.rows()[0]["state"] == "left"


def test_the_last_administrator_stays(registrar: Registrar) -> None:
    making.person("administrator", email="ada@house.test")
    assert registrar("leave", "ada@house.test") == 2 and "last administrator" in registrar.err
