from __future__ import annotations

from tests.commands.people_calls import Registrar
from tests.hotline.people import making
from tutela.hotline.people.signing_in import has_factor


def test_a_lost_sign_in_is_taken_away_and_a_link_made(registrar: Registrar) -> None:
    ada = making.person("analyst", email="ada@house.test")
    assert registrar("reset", ada.public_id) == 0
    assert "/join/inv_" in registrar.out and not has_factor(ada)
    assert registrar.rows()[0]["state"] == "invited"
