from __future__ import annotations

from typing import Any

import pytest

from tutela.hotline.takedown.letterhead import letterhead
from tutela.hotline.takedown.settings import NoticeSettings


def test_the_letterhead_is_that_of_the_settings(settings: Any) -> None:
    settings.TUTELA_NOTICES = NoticeSettings(from_address="Take.Down@House.test", from_name="The House")
    settings.TUTELA_PUBLIC_URL = "https://house.test/"
    head = letterhead()
    assert (str(head.sender), head.name, head.public_url) == (
        "Take.Down@house.test",
        "The House",
        "https://house.test",
    )


@pytest.mark.parametrize("name", ["TUTELA_NOTICES"])
def test_without_settings_it_is_that_of_a_rehearsal(settings: Any, name: str) -> None:
    setattr(settings, name, None)
    assert letterhead().sender.host == "hotline.test"
