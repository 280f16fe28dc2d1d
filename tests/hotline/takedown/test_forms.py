from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tutela.hotline.takedown.forms import ChoiceForm, OrderForm, RecipientForm, SettleForm
from tutela.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("data", "chosen"),
    [
        ({}, ("", 0)),
        ({"state": "in_doubt", "start": "100"}, ("in_doubt", 100)),
        ({"state": "asleep"}, None),
        ({"start": "-1"}, None),
    ],
    ids=range(4),
)
def test_which_notices_to_show(data: dict[str, str], chosen: tuple[str, int] | None) -> None:
    assert ChoiceForm(data).chosen() == chosen


@pytest.mark.parametrize(
    ("data", "valid"),
    [
        ({"what": "leave", "token": "3"}, True),
        ({"what": "send_again", "token": "0"}, True),
        ({"what": "forget", "token": "3"}, False),
        ({"what": "leave"}, False),
        ({"what": "leave", "token": "x"}, False),
    ],
    ids=range(5),
)
def test_a_choice_is_one_of_two_about_a_notice_as_it_was_shown(data: dict[str, str], valid: bool) -> None:
    assert SettleForm(data).is_valid() is valid


@pytest.mark.parametrize("address", ["Host <a@b.test>", "a@b.test\r\nBcc: c@d.test", "a@b", ""])
def test_a_recipient_has_one_plain_address(address: str) -> None:
    form = RecipientForm({"address": address, "name": "Host"})
    assert not form.is_valid() and "address" in form.errors


def test_a_recipient_is_taken_as_it_is_written() -> None:
    form = RecipientForm({"address": "Abuse@HOST.test", "name": "Host"})
    assert form.is_valid() and form.cleaned_data == {"address": "Abuse@host.test", "name": "Host"}


def test_an_order_is_read_in_utc_and_every_part_of_it_is_asked_for() -> None:
    told = {"authority": " Court ", "base": "Act, 3", "until": "2026-05-04T03:02"}
    form = OrderForm(told)
    assert form.is_valid()
    order = form.order()
    assert (order.authority, order.legal_base) == ("Court", "Act, 3")
    assert order.deadline == datetime(2026, 5, 4, 3, 2, tzinfo=UTC)
    for part in told:
        assert part in OrderForm({**told, part: ""}).errors


def test_a_name_of_several_lines_is_no_authority() -> None:
    form = OrderForm({"authority": "A\nB", "base": "Act", "until": "2026-05-04T03:02"})
    assert form.is_valid()
    with pytest.raises(Invalid):
        form.order()
