from __future__ import annotations

from tests.commands.people_calls import Registrar
from tests.hotline.people import making


def test_an_empty_house_says_how_to_begin(registrar: Registrar) -> None:
    assert registrar("list") == 0 and "tutela people invite" in registrar.out


def test_everybody_is_shown_with_roles_and_proof(registrar: Registrar) -> None:
    making.person("analyst", name="Ada", email="ada@house.test")
    making.person(name="Eve", factor=False)
    registrar("list")
    first, second = registrar.out.splitlines()
    assert first.endswith("Ada <ada@house.test>: analyst, totp") and second.endswith(
        "no role, NO SECOND PROOF"
    )
    assert registrar.rows()[0]["roles"] == ["analyst"]
