from __future__ import annotations

import pytest

from tests.hotline.takedown.making import a_clock, a_notice
from tutela.hotline.takedown.access import access_notice
from tutela.kernel.errors import Refused

pytestmark = pytest.mark.django_db


def test_a_notice_comes_with_its_recipient_and_its_item() -> None:
    notice = a_notice(a_clock())
    found = access_notice(notice.public_id)
    assert found.recipient.name == "Host Ltd" and found.sighting.item.state == "acted"


@pytest.mark.parametrize("name", ["", "ntc_", "1", "ntc_0' OR 1=1", "ntc_\x00"])
def test_no_other_text_finds_one(name: str) -> None:
    a_notice(a_clock())
    with pytest.raises(Refused):
        access_notice(name)
