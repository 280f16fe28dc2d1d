from __future__ import annotations

import pytest

from tests.hotline.cases.making import a_sighting, an_item
from tutela.hotline.cases.access import access_item, access_sighting
from tutela.kernel.errors import Refused
from tutela.kernel.ids import new_id

pytestmark = pytest.mark.django_db


def test_what_is_there_is_given() -> None:
    item = an_item()
    sighting = a_sighting(item)
    assert access_item(item.public_id) == item
    assert access_sighting(sighting.public_id).item == item


def test_a_wrong_id_and_a_missing_item_have_one_face() -> None:
    said = set()
    for untrusted in ("", "itm_1", new_id("itm_"), "\x00' OR 1=1"):
        for access in (access_item, access_sighting):
            with pytest.raises(Refused) as caught:
                access(untrusted)
            said.add(str(caught.value))
    assert len(said) == 1
