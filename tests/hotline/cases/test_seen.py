from __future__ import annotations

import pytest

from tests.hotline.cases.making import CLOCK, ring
from tutela.hotline.cases.addresses import SealingKeys, seal_address
from tutela.hotline.cases.models import Sighting
from tutela.hotline.cases.seen import Seen
from tutela.kernel.custody.sealed_texts import seal_text
from tutela.kernel.egress.urls import read_url
from tutela.kernel.errors import Invalid


def test_every_value_of_a_look_has_its_column() -> None:
    address = seal_address(read_url("https://there.test/x"), SealingKeys(vault=ring(), fetch=ring()))
    seen = Seen(how="fetched", process="fetcher", reason="report", address=address, at=CLOCK.now())
    columns = {field.name for field in Sighting._meta.get_fields()}
    assert set(seen.columns()) <= columns
    assert Sighting(**seen.columns()).url_sealed == address.url_sealed


def test_without_a_time_the_clock_of_the_act_decides() -> None:
    assert "seen_at" not in Seen(how="fetched", process="fetcher", reason="report").columns()


def test_an_unknown_way_of_seeing_is_refused() -> None:
    with pytest.raises(Invalid):
        Seen(how="dreamt", process="fetcher", reason="report")


def test_headers_alone_name_the_epoch_that_opens_them() -> None:
    keys = ring()
    seen = Seen(how="supplied", process="desk", reason="desk", response_sealed=seal_text("{}", keys))
    assert seen.columns()["url_epoch"] == keys.current().id
