from __future__ import annotations

import pytest

from tutela.hotline.takedown.forms import ChoiceForm, RecipientForm, SettleForm


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
